"""Organisers' verbs: create pairs, move them, call them off, see them."""

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from communaute.domain.trainings.links import Desk
from communaute.domain.trainings.values import (
    NoticePreview,
    PairDetails,
    PairPlan,
    PairSummary,
    SessionTimes,
    TrainingPage,
)


def plan_series(
    first_day: date,
    at: time,
    *,
    second_day: date | None,
    second_at: time | None = None,
    minutes: int = 90,
    count: int = 1,
    every_weeks: int = 1,
) -> tuple[PairPlan, ...]:
    """`count` pairs, every so many weeks, at the same hours on Paris's clocks.

    `second_day` None plans webinars. Across a clock change hours stay what people read on their
    clock. Raises InvalidDates (second session before the first ends, an hour that the change
    skips, a count out of 1 to 52, minutes out of 15 to 480).
    """
    raise NotImplementedError


def create_pairs(
    session: Session,
    page: TrainingPage,
    plans: Sequence[PairPlan],
    *,
    capacity: int,
    class_url: str = "",
    place: str = "",
    desk: Desk,
    now: datetime,
    actor: int | None = None,
) -> tuple[int, ...]:
    """Create the pairs; the waiting list of the training is served at once. Answers their ids.

    Raises InvalidDates (in the past), InvalidCapacity, InvalidPlace.
    """
    raise NotImplementedError


def preview_move(
    session: Session,
    pair_id: int,
    sessions: Sequence[SessionTimes],
    *,
    class_url: str,
    place: str = "",
    desk: Desk,
    now: datetime,
) -> NoticePreview:
    """Who would be told of a move or of a new virtual class, and the mail. Changes nothing.

    Raises as move_pair.
    """
    raise NotImplementedError


def move_pair(
    session: Session,
    pair_id: int,
    sessions: Sequence[SessionTimes],
    *,
    class_url: str,
    place: str = "",
    desk: Desk,
    now: datetime,
    actor: int | None = None,
) -> int:
    """Move the sessions, or change where they are; answers how many people are told.

    Everybody keeps their place. Nothing changed tells nobody. Raises PairUnknown,
    AlreadyCancelled, PairClosed (it is over), InvalidDates, InvalidPlace.
    """
    raise NotImplementedError


def preview_cancel(
    session: Session, pair_id: int, *, reason: str, desk: Desk, now: datetime
) -> NoticePreview:
    """Who would be told that the pair is called off, and the mail. Changes nothing.

    Raises as cancel_pair.
    """
    raise NotImplementedError


def cancel_pair(
    session: Session,
    pair_id: int,
    *,
    reason: str,
    desk: Desk,
    now: datetime,
    actor: int | None = None,
) -> int:
    """Call the pair off; answers how many people are told.

    Who had a confirmed place goes to the head of the waiting list, in the order of confirmation,
    and is offered the first free pair. Raises PairUnknown, AlreadyCancelled, PairClosed.
    """
    raise NotImplementedError


def set_capacity(
    session: Session,
    pair_id: int,
    capacity: int,
    *,
    desk: Desk,
    now: datetime,
    actor: int | None = None,
) -> None:
    """Change how many places there are; new ones are offered to the list at once.

    Raises PairUnknown, AlreadyCancelled, InvalidCapacity (below the places taken).
    """
    raise NotImplementedError


def pair_details(session: Session, pair_id: int, now: datetime) -> PairDetails:
    """One pair with its people, their needs, their attendance and the log. Raises PairUnknown."""
    raise NotImplementedError


def summaries(
    session: Session, now: datetime, *, month: str = "", past: bool = False, training: str = ""
) -> tuple[PairSummary, ...]:
    """The pairs at a glance: those to come or under way, or (`past`) those that are over.

    `month` (2026-11, in Paris) gives that month whatever the rest.
    """
    raise NotImplementedError
