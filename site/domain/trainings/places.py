"""Where places change hands: always under the lock of their training.

One lock a training, not a pair: its waiting list is shared by all its pairs (decision 0110).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Select, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from communaute.domain.trainings.context import Context
from communaute.domain.trainings.errors import PairClosed, PairUnknown
from communaute.models.trainings import (
    IN_LIST,
    OfferOutcome,
    PlaceDecision,
    Registration,
    RegistrationState,
    SessionPair,
    Training,
    WaitingOffer,
)


# How long a place waits for an answer: our own rules, said on the pages and in the mails.
# A place held for somebody who must confirm.
HELD_FOR = timedelta(hours=24)
# When the first session is near, a place held in vain would stay empty.
SOON, HELD_SOON = timedelta(days=3), timedelta(hours=2)
# A place offered to the first of the waiting list.
OFFERED_FOR = timedelta(hours=24)
# An offer that could not be read in time would be no offer.
LEAST_OFFER = timedelta(hours=2)
# Database identifiers end there: what is typed beyond names nothing.
LARGEST_ID = 2**31 - 1
UNKNOWN = "Cette session n’existe pas. Choisissez-en une dans la liste."
# Built once: made anew under the lock, these cost more than the database's own work.
PAIRS = cast(Table, SessionPair.__table__).c
ONE_PAIR = update(cast(Table, SessionPair.__table__)).where(PAIRS.id == bindparam("pair"))
TAKE = (
    ONE_PAIR.where(PAIRS.taken < PAIRS.capacity, PAIRS.cancelled_at.is_(None))
    .values(taken=PAIRS.taken + 1)
    .returning(PAIRS.taken)
)
GIVE_BACK = ONE_PAIR.values(taken=PAIRS.taken - 1).returning(PAIRS.taken)
# No object to follow: the log is only added to.
NOTE = insert(cast(Table, PlaceDecision.__table__))


@dataclass(frozen=True, kw_only=True)
class Act(Context):
    """One act on one training, whose row is locked until the caller commits."""

    training: Training

    def log(
        self,
        words: str,
        registration: Registration | None = None,
        pair: SessionPair | None = None,
    ) -> None:
        """Explain a decision to the person it is about and to organisers."""
        self.session.execute(
            NOTE,
            {
                "training_id": self.training.id,
                "registration_id": registration.id if registration else None,
                "pair_id": pair.id if pair else None,
                "at": self.now,
                "words": words,
            },
        )


def begin(context: Context, training_id: int) -> Act:
    """Lock a training: whoever else would change its places waits.

    On PostgreSQL by the row; on SQLite every writing transaction is alone (decision 0003).
    """
    act = _begin(context, select(Training).where(Training.id == training_id))
    if act is None:
        raise LookupError(f"no training {training_id}")
    return act


def begin_for_pair(context: Context, pair_id: int) -> Act:
    """Lock the training of a pair. Raises PairUnknown."""
    of_pair = select(Training).join(SessionPair).where(SessionPair.id == pair_id)
    act = _begin(context, of_pair) if 0 < pair_id <= LARGEST_ID else None
    if act is None:
        raise PairUnknown(UNKNOWN)
    return act


def _begin(context: Context, found: Select[Any]) -> Act | None:
    """What was read before the lock may be out of date: all is read again under it."""
    context.session.flush()
    context.session.expire_all()
    locked = found.with_for_update(of=Training, key_share=True)
    training = context.session.scalar(locked.execution_options(populate_existing=True))
    return Act(**vars(context), training=training) if training else None


def known_pair(session: Session, pair_id: int) -> SessionPair:
    """A pair, whatever has become of it. Raises PairUnknown."""
    pair = session.get(SessionPair, pair_id) if 0 < pair_id <= LARGEST_ID else None
    if pair is None:
        raise PairUnknown(UNKNOWN)
    return pair


def is_open(pair: SessionPair, now: datetime) -> bool:
    """Whether one may sign up: neither begun nor called off."""
    return pair.cancelled_at is None and now < pair.starts_at


def open_pair(act: Act, pair_id: int) -> SessionPair:
    """The pair, of this training, that one may sign up for. Raises PairUnknown, PairClosed."""
    pair = known_pair(act.session, pair_id)
    if pair.training_id != act.training.id:
        raise PairUnknown(UNKNOWN)
    if pair.cancelled_at is not None:
        raise PairClosed("Cette session est annulée. Choisissez une autre date.")
    if not is_open(pair, act.now):
        raise PairClosed("Cette session a déjà commencé. Choisissez une autre date.")
    return pair


def held_until(now: datetime, starts_at: datetime) -> datetime:
    """Until when a place is held, never past the start of the first session."""
    length = HELD_SOON if starts_at - now <= SOON else HELD_FOR
    return min(now + length, starts_at)


def take(act: Act, pair: SessionPair) -> bool:
    """Take a place if one is left; the count and its limit are one statement."""
    count = act.session.execute(TAKE, {"pair": pair.id}).scalar()
    if count is None:
        return False
    set_committed_value(pair, "taken", count)
    if count == pair.capacity:
        # Whoever had passed over its free places may be offered one that is freed.
        passed = delete(WaitingOffer).where(
            WaitingOffer.pair_id == pair.id, WaitingOffer.outcome == OfferOutcome.PASSED
        )
        act.session.execute(passed.execution_options(synchronize_session=False))
    return True


def give_back(act: Act, registration: Registration) -> SessionPair:
    """Free the place of a registration that has one; its state is the caller's to change."""
    pair = registration.pair
    if pair is None:
        raise LookupError(f"registration {registration.id} has no pair")
    count = act.session.execute(GIVE_BACK, {"pair": pair.id}).scalar_one()
    set_committed_value(pair, "taken", count)
    return pair


def put(registration: Registration, pair: SessionPair | None) -> None:
    """Say which pair a registration is in: the column and what is already read, alike."""
    registration.pair = pair
    registration.pair_id = pair.id if pair else None


def confirm(act: Act, registration: Registration, pair: SessionPair) -> None:
    """The place is confirmed: the person waits for nothing more."""
    registration.state = RegistrationState.CONFIRMED
    put(registration, pair)
    registration.until = registration.number = registration.ended_at = None
    registration.unanswered = 0
    registration.confirmed_at = act.now
    act.session.flush()


def end(act: Act, registration: Registration, state: RegistrationState) -> None:
    """End a registration; its pair stays, for statistics."""
    registration.state = state
    registration.until = registration.number = None
    registration.ended_at = act.now


def free_pairs(act: Act) -> Sequence[SessionPair]:
    """The pairs of the training that one may sign up for and that have places, nearest first."""
    found = select(SessionPair).where(
        SessionPair.training_id == act.training.id,
        SessionPair.cancelled_at.is_(None),
        SessionPair.starts_at > act.now,
        SessionPair.taken < SessionPair.capacity,
    )
    ordered = found.order_by(SessionPair.starts_at, SessionPair.id)
    return act.session.scalars(ordered).all()


def rank_of(session: Session, registration: Registration) -> int | None:
    """The rank in the training's list, from 1; None out of it."""
    if registration.number is None or registration.state not in IN_LIST:
        return None
    before = select(func.count()).where(
        Registration.training_id == registration.training_id,
        Registration.state.in_(IN_LIST),
        Registration.number < registration.number,
    )
    return (session.scalar(before) or 0) + 1


def list_length(session: Session, training_id: int) -> int:
    """How many people are in the training's list."""
    found = select(func.count()).where(
        Registration.training_id == training_id, Registration.state.in_(IN_LIST)
    )
    return session.scalar(found) or 0
