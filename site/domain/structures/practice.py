"""The practice account: an invented world for a visitor without account, for 24 hours.

The same verbs run on it as on the real one. It reaches nobody: its people are its own, and no mail is
ever asked for a structure or a person that has a `practice_id`.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from communaute.domain.structures import invented, parts
from communaute.domain.structures.erasing import erase_contents, erase_sets
from communaute.domain.structures.errors import Forbidden, PracticeOver, TooManyPractices
from communaute.domain.structures.inventing import fill
from communaute.domain.structures.values import PracticeOpened, PracticeState
from communaute.models.accounts import User
from communaute.models.siret import SiretChange
from communaute.models.structures import (
    Membership,
    MembershipRole,
    PracticeSet,
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
    structure = fill(session, guest, now)
    return PracticeOpened(guest.id, opened.id, structure.id, opened.expires_at)


def reset(session: Session, guest: User, now: datetime) -> PracticeState:
    """Put the invented set back as it was on opening; the guest account and its end stay.

    Raises Forbidden (not a guest), PracticeOver.
    """
    opened = _set_of(session, guest, now)
    erase_contents(session, (opened.id,), but=guest.id)
    fill(session, guest, now)
    return state(session, guest, now)


def erase(session: Session, guest: User) -> None:
    """Erase the guest account and everything invented for it. Raises Forbidden (not a guest)."""
    if guest.practice_id is None:
        raise Forbidden(NOT_A_GUEST)
    erase_sets(session, (guest.practice_id,))


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
        erase_sets(session, over[start : start + 500])
    return len(over)


NOT_A_GUEST = "Vous n’êtes pas en train de vous exercer. Ouvrez un exercice."


def _set_of(session: Session, guest: User, now: datetime) -> PracticeSet:
    if guest.practice_id is None:
        raise Forbidden(NOT_A_GUEST)
    opened = session.get(PracticeSet, guest.practice_id)
    if opened is None or opened.expires_at <= now:
        raise PracticeOver(
            "Votre exercice est terminé\u202f: il dure 24 heures. Ouvrez-en un autre quand vous voulez."
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
            "Trop d’exercices sont ouverts en ce moment. Revenez dans quelques heures\u202f: chacun est "
            "effacé après 24 heures."
        )
