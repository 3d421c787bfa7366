"""The practice account: an invented world for a visitor without account, for 24 hours.

The same verbs run on it as on the real one. It reaches nobody: its people are its own, and no mail is
ever asked for a structure or a person that has a `practice_id`.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, text
from sqlalchemy.orm import Session

from communaute.domain.structures import invented, parts
from communaute.domain.structures.errors import Forbidden, PracticeOver, TooManyPractices
from communaute.domain.structures.values import PracticeOpened, PracticeState
from communaute.extensions import Model
from communaute.models.accounts import SignIn, User
from communaute.models.siret import SiretChange, SiretDraft
from communaute.models.structures import (
    BillingMandate,
    Connection,
    Event,
    Invoice,
    Membership,
    MembershipRole,
    PracticeSet,
    Service,
    Space,
    StatusChange,
    Structure,
)


LASTS = timedelta(hours=24)
# A training room is one network address; the whole is what a small server holds with ease.
FROM_ONE_CLIENT = 60
IN_ALL = 2_000
# One at a time on PostgreSQL, so that counting and adding are one act; SQLite has one writer.
OPENING = "SELECT pg_advisory_xact_lock(4190411)"


def open_practice(session: Session, *, client: str, now: datetime) -> PracticeOpened:
    """Make a guest account and its invented set.

    `client` is a keyed digest of the visitor's network address (`lockout.digest`), never the
    address. Raises TooManyPractices.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(OPENING))
    _refuse_too_many(session, client, now)
    opened = PracticeSet(opened_at=now, expires_at=now + LASTS, client=client)
    session.add(opened)
    session.flush()
    guest = User(
        email=f"invite-{secrets.token_hex(12)}@entrainement.example",
        fs_uniquifier=secrets.token_hex(32),
        name="Vous",
        active=True,
        confirmed_at=now,
        created_at=now,
        practice_id=opened.id,
    )
    session.add(guest)
    session.flush()
    structure = invented.fill(session, guest, now)
    return PracticeOpened(guest.id, opened.id, structure.id, opened.expires_at)


def reset(session: Session, guest: User, now: datetime) -> PracticeState:
    """Put the invented set back as it was on opening; the guest account and its end stay.

    Raises Forbidden (not a guest), PracticeOver.
    """
    opened = _set_of(session, guest, now)
    _erase_contents(session, (opened.id,), but=guest.id)
    invented.fill(session, guest, now)
    return state(session, guest, now)


def erase(session: Session, guest: User) -> None:
    """Erase the guest account and everything invented for it. Raises Forbidden (not a guest)."""
    if guest.practice_id is None:
        raise Forbidden(NOT_A_GUEST)
    _erase_sets(session, (guest.practice_id,))


def state(session: Session, guest: User, now: datetime) -> PracticeState:
    """Where the practice is. Raises Forbidden (not a guest), PracticeOver."""
    opened = _set_of(session, guest, now)
    own = session.scalars(
        select(Structure)
        .join(Membership, Membership.structure_id == Structure.id)
        .where(
            Membership.user_id == guest.id,
            Membership.role == MembershipRole.PRINCIPAL,
            Structure.active,
        )
    ).one()
    used = set(session.scalars(select(Structure.siret).where(Structure.practice_id == opened.id)))
    codes = session.scalars(
        select(SiretChange.code)
        .join(SiretChange.new)
        .where(Structure.practice_id == opened.id)
        .order_by(SiretChange.id.desc())
    )
    suggested = invented.suggested(used)
    return PracticeState(parts.line(own), suggested, opened.expires_at, tuple(codes))


def purge(session: Session, now: datetime) -> int:
    """Erase the sets whose 24 hours are over; answers how many."""
    over = tuple(session.scalars(select(PracticeSet.id).where(PracticeSet.expires_at <= now)))
    for start in range(0, len(over), 500):
        _erase_sets(session, over[start : start + 500])
    return len(over)


NOT_A_GUEST = "Vous n’êtes pas en train de vous exercer. Ouvrez un exercice."


def _set_of(session: Session, guest: User, now: datetime) -> PracticeSet:
    if guest.practice_id is None:
        raise Forbidden(NOT_A_GUEST)
    opened = session.get(PracticeSet, guest.practice_id)
    if opened is None or opened.expires_at <= now:
        raise PracticeOver(
            "Votre exercice est terminé : il dure 24 heures. Ouvrez-en un autre quand vous voulez."
        )
    return opened


def _refuse_too_many(session: Session, client: str, now: datetime) -> None:
    still = PracticeSet.expires_at > now
    from_here = PracticeSet.client == client
    in_all = session.scalar(select(func.count()).select_from(PracticeSet).where(still)) or 0
    here = (
        session.scalar(select(func.count()).select_from(PracticeSet).where(still, from_here)) or 0
    )
    if here >= FROM_ONE_CLIENT:
        raise TooManyPractices(
            "Trop d’exercices sont ouverts depuis votre réseau. Reprenez le vôtre, ou attendez demain."
        )
    if in_all >= IN_ALL:
        raise TooManyPractices(
            "Trop d’exercices sont ouverts en ce moment. Revenez dans quelques heures : chacun est "
            "effacé après 24 heures."
        )


def _erase_sets(session: Session, sets: Sequence[int]) -> None:
    """Erase invented sets, their people and the sets themselves; nothing of the real world, ever."""
    _erase_contents(session, sets, but=None)
    session.execute(delete(PracticeSet).where(PracticeSet.id.in_(sets)))


def _erase_contents(session: Session, sets: Sequence[int], *, but: int | None) -> None:
    """Erase all that is in invented sets; the account `but` stays."""
    inside = select(Structure.id).where(Structure.practice_id.in_(sets)).scalar_subquery()
    between = or_(Invoice.sender_id.in_(inside), Invoice.recipient_id.in_(inside))
    invoices = select(Invoice.id).where(between).scalar_subquery()
    gone: list[tuple[type[Model], ColumnElement[bool]]] = [
        (StatusChange, StatusChange.invoice_id.in_(invoices)),
        (Event, Event.structure_id.in_(inside)),
        (Invoice, between),
        (SiretChange, SiretChange.old_id.in_(inside)),
    ]
    parts = (SiretDraft, Membership, Service, Space, BillingMandate, Connection)
    gone += [(part, part.structure_id.in_(inside)) for part in parts]
    gone.append((Structure, Structure.practice_id.in_(sets)))
    for table, which in gone:
        session.execute(delete(table).where(which).execution_options(synchronize_session=False))
    _erase_people(session, sets, but)
    session.expire_all()


def _erase_people(session: Session, sets: Sequence[int], but: int | None) -> None:
    people: ColumnElement[bool] = User.practice_id.in_(sets)
    if but is not None:
        people = people & (User.id != but)
    ids = select(User.id).where(people).scalar_subquery()
    unsynchronized = {"synchronize_session": False}
    session.execute(delete(SignIn).where(SignIn.user_id.in_(ids)), execution_options=unsynchronized)
    session.execute(delete(User).where(people), execution_options=unsynchronized)
