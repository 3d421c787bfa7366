"""What everybody sees: the pairs to come with seats left, since when each is public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from communaute.domain.trainings import places
from communaute.domain.trainings.context import Context
from communaute.domain.trainings.errors import InvalidDates
from communaute.french.dates import PARIS
from communaute.models.trainings import (
    IN_LIST,
    Registration,
    SessionPair,
    Training,
    TrainingSession,
)


@dataclass(frozen=True, kw_only=True)
class TrainingPage:
    """What a verb needs of a training's Markdown page."""

    slug: str
    title: str
    theme: str


@dataclass(frozen=True, kw_only=True)
class SessionView:
    """One session as everybody sees it."""

    id: int
    number: int
    starts_at: datetime
    ends_at: datetime
    place: str
    sequence: int = 0


@dataclass(frozen=True, kw_only=True)
class PairView:
    """One pair as everybody sees it. `open`: one may sign up, for a place or for the list.

    `left` counts places that nobody holds; `waiting` is the length of the training's list.
    """

    id: int
    training: str
    title: str
    theme: str
    sessions: tuple[SessionView, ...]
    capacity: int
    left: int
    waiting: int
    cancelled: bool
    open: bool

    @property
    def starts_at(self) -> datetime:
        """When the first session begins."""
        return self.sessions[0].starts_at

    @property
    def ends_at(self) -> datetime:
        """When the last session ends."""
        return self.sessions[-1].ends_at

    @property
    def full(self) -> bool:
        """Whether every place is taken."""
        return self.left == 0

    @property
    def is_webinar(self) -> bool:
        """Whether it is one session, not two."""
        return len(self.sessions) == 1


def pairs_to_come(
    context: Context,
    *,
    trainings: tuple[str, ...] | None = None,
    month: str = "",
    limit: int | None = None,
    twins: bool = False,
) -> tuple[PairView, ...]:
    """The pairs that have not begun and are not called off, the nearest first.

    Twins, the same training at the same hours, are one row, that of the first with a place left,
    unless each is asked for: readers could not tell them apart.

    `trainings` keeps only these slugs (a filter by theme or by public is a list of pages);
    `month` is the month in Paris of the first session, as 2026-11. Raises InvalidDates for a
    month that is none.
    """
    found = select(SessionPair).where(
        SessionPair.cancelled_at.is_(None), SessionPair.starts_at > context.now
    )
    if trainings is not None:
        found = found.join(Training).where(Training.slug.in_(trainings))
    if month:
        found = found.where(in_month(month))
    ordered = found.order_by(SessionPair.starts_at, SessionPair.id).options(
        joinedload(SessionPair.training), selectinload(SessionPair.sessions)
    )
    views = pair_views(context, context.session.scalars(ordered.limit(limit)).all())
    return views if twins else _without_twins(views)


def _without_twins(views: tuple[PairView, ...]) -> tuple[PairView, ...]:
    kept: dict[tuple[str, tuple[datetime, ...]], PairView] = {}
    for view in views:
        hours = view.training, tuple(each.starts_at for each in view.sessions)
        if hours not in kept or (kept[hours].full and not view.full):
            kept[hours] = view
    return tuple(kept.values())


def pair_view(context: Context, pair_id: int) -> PairView:
    """One pair, whatever has become of it. Raises PairUnknown."""
    return pair_views(context, (places.known_pair(context.session, pair_id),))[0]


def in_month(month: str, months: int = 1) -> ColumnElement[bool]:
    """Whether a pair begins in this month of Paris (2026-11), or in `months` from it on. Raises InvalidDates."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise InvalidDates("Écrivez le mois ainsi : 2026-11.") from None
    begins = datetime.combine(first, time(), PARIS)
    ends = datetime.combine(first + relativedelta(months=months), time(), PARIS)
    return (SessionPair.starts_at >= begins) & (SessionPair.starts_at < ends)


def pair_views(context: Context, pairs: Sequence[SessionPair]) -> tuple[PairView, ...]:
    """Pairs as everybody sees them, with the length of each training's list."""
    found = (
        select(Registration.training_id, func.count())
        .where(
            Registration.training_id.in_({pair.training_id for pair in pairs}),
            Registration.state.in_(IN_LIST),
        )
        .group_by(Registration.training_id)
    )
    waiting = {row[0]: row[1] for row in context.session.execute(found)}
    return tuple(_view(context, pair, waiting.get(pair.training_id, 0)) for pair in pairs)


def _view(context: Context, pair: SessionPair, waiting: int) -> PairView:
    return PairView(
        id=pair.id,
        training=pair.training.slug,
        title=pair.training.title,
        theme=pair.training.theme,
        sessions=tuple(
            SessionView(
                id=each.id,
                number=each.number,
                starts_at=each.starts_at,
                ends_at=each.ends_at,
                place=each.place,
                sequence=each.sequence,
            )
            for each in pair.sessions
        ),
        capacity=pair.capacity,
        left=pair.capacity - pair.taken,
        waiting=waiting,
        cancelled=pair.cancelled_at is not None,
        open=places.is_open(pair, context.now),
    )


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """When a pair was published, and how many times it was changed since."""

    published_at: datetime
    revision: int


def stamps(session: Session, pairs: Sequence[PairView]) -> dict[int, Stamp]:
    """The stamp of each pair, by its id."""
    found = (
        select(SessionPair.id, SessionPair.created_at, func.max(TrainingSession.sequence))
        .join(TrainingSession)
        .where(SessionPair.id.in_([pair.id for pair in pairs]))
        .group_by(SessionPair.id, SessionPair.created_at)
    )
    return {
        pair_id: Stamp(published_at=created, revision=sequence)
        for pair_id, created, sequence in session.execute(found)
    }
