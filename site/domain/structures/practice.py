"""The practice account: an invented world for a visitor without account, for 24 hours.

The same verbs run on it as on the real one. It reaches nobody: its people are its own, and no mail is
ever asked for a structure or a person that has a `practice_id`.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, text
from sqlalchemy.orm import Session

from communaute import models
from communaute.domain.structures import invented, parts
from communaute.domain.structures.errors import Forbidden, PracticeOver, TooManyPractices
from communaute.domain.structures.values import PracticeState
from communaute.extensions import Model


LASTS = timedelta(hours=24)
# A training room is one network address; the whole is what a small server holds with ease.
FROM_ONE_CLIENT = 60
IN_ALL = 2_000
# One at a time on PostgreSQL, so that counting and adding are one act; SQLite has one writer.
OPENING = "SELECT pg_advisory_xact_lock(4190411)"


def open_practice(session: Session, *, client: str, now: datetime) -> models.User:
    """Make a guest account and its invented set, for LASTS; answers the guest.

    `client` is a keyed digest of the visitor's network address (`lockout.digest`), never the
    address. Raises TooManyPractices.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(OPENING))
    _refuse_too_many(session, client, now)
    opened = models.PracticeSet(opened_at=now, expires_at=now + LASTS, client=client)
    session.add(opened)
    session.flush()
    guest = models.User(
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
    invented.fill(session, guest, now)
    return guest


def reset(session: Session, guest: models.User, now: datetime) -> PracticeState:
    """Put the invented set back as it was on opening; the guest account and its end stay.

    Raises Forbidden (not a guest), PracticeOver.
    """
    opened = _set_of(session, guest, now)
    _erase_contents(session, (opened.id,), but=guest.id)
    invented.fill(session, guest, now)
    return state(session, guest, now)


def erase(session: Session, guest: models.User) -> None:
    """Erase the guest account and everything invented for it. Raises Forbidden (not a guest)."""
    if guest.practice_id is None:
        raise Forbidden(NOT_A_GUEST)
    _erase_sets(session, (guest.practice_id,))


def state(session: Session, guest: models.User, now: datetime) -> PracticeState:
    """Where the practice is. Raises Forbidden (not a guest), PracticeOver."""
    opened = _set_of(session, guest, now)
    own = session.scalars(
        select(models.Structure)
        .join(models.Membership, models.Membership.structure_id == models.Structure.id)
        .where(
            models.Membership.user_id == guest.id,
            models.Membership.role == models.MembershipRole.PRINCIPAL,
            models.Structure.active,
        )
    ).one()
    used = set(
        session.scalars(
            select(models.Structure.siret).where(models.Structure.practice_id == opened.id)
        )
    )
    codes = session.scalars(
        select(models.SiretChange.code)
        .join(models.SiretChange.new)
        .where(models.Structure.practice_id == opened.id)
        .order_by(models.SiretChange.id.desc())
    )
    suggested = invented.suggested(used)
    return PracticeState(parts.line(own), suggested, opened.expires_at, tuple(codes))


def purge(session: Session, now: datetime) -> int:
    """Erase the sets whose 24 hours are over; answers how many."""
    over = tuple(
        session.scalars(select(models.PracticeSet.id).where(models.PracticeSet.expires_at <= now))
    )
    for start in range(0, len(over), 500):
        _erase_sets(session, over[start : start + 500])
    return len(over)


NOT_A_GUEST = "Vous n’êtes pas en train de vous exercer. Ouvrez un exercice."


def _set_of(session: Session, guest: models.User, now: datetime) -> models.PracticeSet:
    if guest.practice_id is None:
        raise Forbidden(NOT_A_GUEST)
    opened = session.get(models.PracticeSet, guest.practice_id)
    if opened is None or opened.expires_at <= now:
        raise PracticeOver(
            "Votre exercice est terminé : il dure 24 heures. Ouvrez-en un autre quand vous voulez."
        )
    return opened


def _refuse_too_many(session: Session, client: str, now: datetime) -> None:
    still = select(func.count(models.PracticeSet.id)).where(models.PracticeSet.expires_at > now)
    here = session.scalar(still.where(models.PracticeSet.client == client)) or 0
    if here >= FROM_ONE_CLIENT:
        raise TooManyPractices(
            "Trop d’exercices sont ouverts depuis votre réseau. Reprenez le vôtre, ou attendez demain."
        )
    if (session.scalar(still) or 0) >= IN_ALL:
        raise TooManyPractices(
            "Trop d’exercices sont ouverts en ce moment. Revenez dans quelques heures : chacun est "
            "effacé après 24 heures."
        )


def _erase_sets(session: Session, sets: Sequence[int]) -> None:
    """Erase invented sets, their people and the sets themselves; nothing of the real world, ever."""
    _erase_contents(session, sets, but=None)
    session.execute(delete(models.PracticeSet).where(models.PracticeSet.id.in_(sets)))


def _erase_contents(session: Session, sets: Sequence[int], *, but: int | None) -> None:
    """Erase all that is in invented sets; the account `but` stays."""
    inside = (
        select(models.Structure.id).where(models.Structure.practice_id.in_(sets)).scalar_subquery()
    )
    between = or_(models.Invoice.sender_id.in_(inside), models.Invoice.recipient_id.in_(inside))
    invoices = select(models.Invoice.id).where(between).scalar_subquery()
    gone: list[tuple[type[Model], ColumnElement[bool]]] = [
        (models.StatusChange, models.StatusChange.invoice_id.in_(invoices)),
        (models.Event, models.Event.structure_id.in_(inside)),
        (models.Invoice, between),
        (models.SiretChange, models.SiretChange.old_id.in_(inside)),
    ]
    parts = (
        models.SiretDraft,
        models.Membership,
        models.Service,
        models.Space,
        models.BillingMandate,
        models.Connection,
    )
    gone += [(part, part.structure_id.in_(inside)) for part in parts]
    gone.append((models.Structure, models.Structure.practice_id.in_(sets)))
    people: ColumnElement[bool] = models.User.practice_id.in_(sets)
    if but is not None:
        people = people & (models.User.id != but)
    ids = select(models.User.id).where(people).scalar_subquery()
    gone += [(models.SignIn, models.SignIn.user_id.in_(ids)), (models.User, people)]
    for table, which in gone:
        session.execute(delete(table).where(which).execution_options(synchronize_session=False))
    session.expire_all()
