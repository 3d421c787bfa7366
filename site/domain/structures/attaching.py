"""Ask to be attached to a structure; accept, refuse; who is told by mail.

Nothing of a practice set is ever told to anybody.
"""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from communaute.domain import audit
from communaute.domain.structures import access, declaring, errors
from communaute.domain.structures.events import EventKind, happened
from communaute.domain.structures.numbers import Siret, read_siret, refuse_practice
from communaute.domain.structures.values import MANAGERS
from communaute.mailing import outbox
from communaute.mailing.messages import structures as messages
from communaute.models.accounts import User
from communaute.models.structures import (
    Membership,
    MembershipRole,
    MembershipState,
    Structure,
)


LONGEST_MESSAGE = 500
REFUSED_ACT = "attachment-decision-refused"


def request_attachment(
    session: Session, user: User, siret: str, message: str = "", *, base_url: str, now: datetime
) -> Membership:
    """Ask to be attached to the structure of a SIRET; its managers are told by mail.

    A refused request may be made again. `base_url` is the site's address: mails lead to
    `/compte/structures/<id>/demandes`.
    Raises InvalidSiret, PracticeNumber, NotFound (declare it), Replaced, AlreadyAttached,
    InvalidEntry (message too long), Forbidden (a guest).
    """
    access.refuse_guest(session, user, "attachment-request-refused", now)
    number = read_siret(siret)
    refuse_practice(number)
    structure = declaring.find(session, number)
    if structure is None:
        raise errors.NotFound(
            "Aucune structure ne porte encore ce SIRET ici. Déclarez-la : vous en serez le "
            "gestionnaire principal."
        )
    declaring.refuse_inactive(session, structure)
    words = short(message, "message")
    membership = _asked(session, user, structure, words, now)
    happened(session, EventKind.ATTACHMENT_ASKED, structure.id, now)
    _tell_managers(session, membership, base_url=base_url, now=now)
    return membership


def accept(
    session: Session,
    decider: User,
    membership_id: int,
    *,
    role: MembershipRole | None = None,
    base_url: str,
    now: datetime,
) -> Membership:
    """Accept a request: by a manager of the structure, or an administrator. The person is told.

    `role` None: a plain user; the principal manager when an administrator accepts the first one of
    a structure that has none. Only a principal manager or an administrator names a manager.
    An administrator's act is written to the audit log.
    Raises NotFound, AlreadyDecided, Forbidden.
    """
    membership = _to_decide(session, decider, membership_id, now)
    own = access.manages(session, decider, membership.structure_id)
    # An administrator's first acceptance gives a structure its principal manager.
    managed = own or session.scalar(
        select(Membership.id)
        .where(
            Membership.structure_id == membership.structure_id,
            Membership.state == MembershipState.ACTIVE,
            Membership.role.in_(MANAGERS),
        )
        .limit(1)
    )
    given = role or (MembershipRole.USER if managed else MembershipRole.PRINCIPAL)
    names_managers = own is MembershipRole.PRINCIPAL or access.is_administrator(decider)
    if given in MANAGERS and not names_managers:
        target = f"membership {membership.id} as {given.value}"
        sentence = "Seul le gestionnaire principal nomme un autre gestionnaire."
        access.forbid(session, decider, REFUSED_ACT, target, now, sentence)
    membership.role = given
    _decide(session, decider, membership, MembershipState.ACTIVE, now)
    _tell_decision(session, membership, reason="", base_url=base_url, now=now)
    return membership


def refuse(
    session: Session,
    decider: User,
    membership_id: int,
    *,
    reason: str = "",
    base_url: str,
    now: datetime,
) -> Membership:
    """Refuse a request; the person is told, with the reason if one is given.

    Raises NotFound, AlreadyDecided, Forbidden, InvalidEntry.
    """
    membership = _to_decide(session, decider, membership_id, now)
    words = short(reason, "reason")
    _decide(session, decider, membership, MembershipState.REFUSED, now)
    _tell_decision(session, membership, reason=words, base_url=base_url, now=now)
    return membership


def short(text: str, field: str) -> str:
    """A few words, without the spaces around them. Raises InvalidEntry when there are too many."""
    words = text.strip()
    if len(words) > LONGEST_MESSAGE:
        raise errors.InvalidEntry(
            f"Votre texte a {len(words)} caractères : raccourcissez-le à {LONGEST_MESSAGE}.",
            field,
        )
    return words


def _asked(
    session: Session, user: User, structure: Structure, words: str, now: datetime
) -> Membership:
    """The request's row: a new one, or the refused one made again. Raises AlreadyAttached."""
    found = session.scalar(
        select(Membership)
        .where(Membership.user_id == user.id, Membership.structure_id == structure.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        found = Membership(user_id=user.id, structure_id=structure.id)
    elif found.state != MembershipState.REFUSED:
        raise errors.AlreadyAttached(
            "Vous êtes déjà rattaché à cette structure. Ouvrez vos structures."
            if found.state == MembershipState.ACTIVE
            else "Votre demande de rattachement attend déjà une réponse. Vous recevrez un courriel."
        )
    found.role, found.state = MembershipRole.USER, MembershipState.PENDING
    found.asked_at, found.decided_at, found.message = now, None, words
    try:
        with session.begin_nested():
            session.add(found)
    except IntegrityError:
        raise errors.AlreadyAttached(
            "Vous venez de faire cette demande : elle attend une réponse."
        ) from None
    return found


def _to_decide(session: Session, decider: User, membership_id: int, now: datetime) -> Membership:
    """The request, held, if this person may decide it. Raises NotFound, Forbidden, AlreadyDecided."""
    membership = session.scalar(
        select(Membership)
        .where(Membership.id == membership_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if membership is None:
        raise errors.NotFound("Cette demande n’existe plus.")
    may_decide = access.manages(session, decider, membership.structure_id) or (
        access.is_administrator(decider) and access.same_world(decider, membership.structure)
    )
    if not may_decide:
        target = f"membership {membership_id}"
        sentence = "Seuls les gestionnaires de la structure répondent à cette demande."
        access.forbid(session, decider, REFUSED_ACT, target, now, sentence)
    if membership.state != MembershipState.PENDING:
        raise errors.AlreadyDecided("Quelqu’un a déjà répondu à cette demande.")
    return membership


def _decide(
    session: Session, decider: User, membership: Membership, state: MembershipState, now: datetime
) -> None:
    membership.state, membership.decided_at = state, now
    accepted = state is MembershipState.ACTIVE
    kind = EventKind.ATTACHMENT_ACCEPTED if accepted else EventKind.ATTACHMENT_REFUSED
    happened(session, kind, membership.structure_id, now, user_id=membership.user_id)
    if not access.manages(session, decider, membership.structure_id):
        act = "attachment-accepted" if accepted else "attachment-refused"
        audit.record(session, act, now=now, actor=decider.id, target=f"membership {membership.id}")


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


def _tell_managers(
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


def _tell_decision(
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
