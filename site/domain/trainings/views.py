"""From rows to the values that doors show."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute.domain.trainings import places
from communaute.domain.trainings.values import LogLine, PairView, SessionView
from communaute.models.trainings import IN_LIST, PlaceDecision, Registration, SessionPair


def pair_views(
    session: Session, pairs: Sequence[SessionPair], now: datetime
) -> tuple[PairView, ...]:
    """Pairs as everybody sees them, with the length of each training's list."""
    waiting = waiting_counts(session, {pair.training_id for pair in pairs})
    return tuple(pair_view(pair, waiting.get(pair.training_id, 0), now) for pair in pairs)


def waiting_counts(session: Session, trainings: Collection[int]) -> dict[int, int]:
    """How many people are in each training's list."""
    found = (
        select(Registration.training_id, func.count())
        .where(Registration.training_id.in_(trainings), Registration.state.in_(IN_LIST))
        .group_by(Registration.training_id)
    )
    return {row[0]: row[1] for row in session.execute(found)}


def pair_view(pair: SessionPair, waiting: int, now: datetime) -> PairView:
    """One pair as everybody sees it."""
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
        open=places.is_open(pair, now),
    )


def log_of(session: Session, *where: object) -> tuple[LogLine, ...]:
    """Decisions, the latest first."""
    found = select(PlaceDecision.at, PlaceDecision.words).where(*where)  # type: ignore[arg-type]
    rows = session.execute(found.order_by(PlaceDecision.id.desc()))
    return tuple(LogLine(at=at, words=text) for at, text in rows)
