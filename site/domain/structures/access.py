"""Who may see or manage a structure. Two worlds that never meet: the real one, each practice set.

Who may change its SIRET is in domain/siret/rules.py.
"""

from datetime import datetime
from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain import audit
from communaute.domain.structures.errors import Forbidden, NotFound
from communaute.domain.structures.values import MANAGERS
from communaute.models.accounts import Role, User
from communaute.models.structures import Membership, MembershipRole, MembershipState, Structure


NO_SUCH_STRUCTURE = (
    "Cette structure n’existe pas, ou vous n’y êtes pas rattaché. Ouvrez vos structures."
)


def same_world(user: User, structure: Structure) -> bool:
    """Whether a person and a structure are of the same world."""
    return user.practice_id == structure.practice_id


def is_administrator(user: User) -> bool:
    """Whether a person administers the site."""
    return not user.is_guest and any(role.name == Role.ADMINISTRATOR.value for role in user.roles)


def membership_of(session: Session, user: User, structure_id: int) -> Membership | None:
    """The attachment in force of a person to a structure of their world."""
    found = session.scalar(
        select(Membership).where(
            Membership.user_id == user.id,
            Membership.structure_id == structure_id,
            Membership.state == MembershipState.ACTIVE,
        )
    )
    return found if found and same_world(user, found.structure) else None


def manages(session: Session, user: User, structure_id: int) -> MembershipRole | None:
    """The managing role of a person in a structure, or None."""
    found = membership_of(session, user, structure_id)
    role = MembershipRole(found.role) if found else None
    return role if role in MANAGERS else None


def locked(session: Session, structure_id: int) -> Structure:
    """The structure, held until the transaction ends, as it is now. Raises NotFound.

    On SQLite the whole database is held already: every writing transaction begins IMMEDIATE.
    """
    found = session.scalar(
        select(Structure)
        .where(Structure.id == structure_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(NO_SUCH_STRUCTURE)
    return found


def forbid(
    session: Session, user: User, act: str, target: str, now: datetime, sentence: str
) -> NoReturn:
    """Undo what the session holds, write the refusal to the audit log, raise Forbidden."""
    audit.record_refusal(session, act, now=now, actor=user.id, target=target)
    raise Forbidden(sentence)


def refuse_guest(session: Session, user: User, act: str, now: datetime) -> None:
    """A practice account leaves its invented set by no door: write it down, raise Forbidden."""
    if user.is_guest:
        sentence = (
            "Vous vous exercez sans compte : ouvrez un compte pour agir sur une vraie structure."
        )
        forbid(session, user, act, f"practice {user.practice_id}", now, sentence)
