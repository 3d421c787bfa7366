"""Who is told by mail about structures. Nothing of a practice set is ever told to anybody."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.siret import Siret
from communaute.domain.structures.values import MANAGERS
from communaute.mailing import outbox
from communaute.mailing.messages import structures as messages
from communaute.models.accounts import User
from communaute.models.structures import Membership, MembershipState, Structure


def requests_page(base_url: str, structure_id: int) -> str:
    """The page where a structure's managers decide requests."""
    return f"{base_url}/compte/structures/{structure_id}/demandes"


def structures_page(base_url: str) -> str:
    """The page of a person's own structures."""
    return f"{base_url}/compte/structures"


def named(structure: Structure) -> str:
    """A structure as a mail names it."""
    return f"{structure.name} ({Siret(structure.siret)})"


def managers(session: Session, structure_id: int) -> list[User]:
    """The managers of a structure who can be reached."""
    return list(
        session.scalars(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.structure_id == structure_id,
                Membership.state == MembershipState.ACTIVE,
                Membership.role.in_(MANAGERS),
                User.practice_id.is_(None),
                User.active,
            )
            .order_by(User.id)
        )
    )


def tell_managers(
    session: Session, membership: Membership, *, base_url: str, now: datetime
) -> None:
    """Tell each manager that somebody asks to be attached."""
    structure, person = membership.structure, membership.user
    if structure.practice_id is not None or person.is_guest:
        return
    for manager in managers(session, structure.id):
        message = messages.attachment_asked(
            to=manager.contact_address,
            structure=named(structure),
            person=person.name,
            address=person.email,
            words=membership.message,
            link=requests_page(base_url, structure.id),
        )
        key = f"attachment-asked-{membership.id}-{manager.id}-{uuid4().hex}"
        outbox.post(session, message, key=key, due=now)


def tell_decision(
    session: Session, membership: Membership, *, reason: str, base_url: str, now: datetime
) -> None:
    """Tell a person what became of their request."""
    structure, person = membership.structure, membership.user
    if structure.practice_id is not None or person.is_guest:
        return
    message = messages.attachment_decided(
        to=person.contact_address,
        accepted=membership.state == MembershipState.ACTIVE,
        structure=named(structure),
        reason=reason,
        link=structures_page(base_url),
    )
    key = f"attachment-decided-{membership.id}-{uuid4().hex}"
    outbox.post(session, message, key=key, due=now)
