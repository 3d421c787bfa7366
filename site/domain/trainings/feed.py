"""Since when each pair is public, for feeds: a reader must see a moved pair as news."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute.domain.trainings.values import PairView
from communaute.models.trainings import SessionPair, TrainingSession


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
