"""What was decided about places, for organisers: the words the person reads, and who that is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from communaute.models.trainings import PlaceDecision, Registration, Training


LATEST = 200


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One decision: the sentence written to `who`; empty when it is about nobody, or erased."""

    at: datetime
    words: str
    who: str


def training_log(session: Session, slug: str) -> tuple[Decision, ...]:
    """The latest decisions of a training, the last first; nothing for an unknown one."""
    return _decisions(session, Training.slug == slug)


def pair_log(session: Session, pair_id: int) -> tuple[Decision, ...]:
    """The latest decisions of a pair, the last first."""
    return _decisions(session, PlaceDecision.pair_id == pair_id)


def _decisions(session: Session, about: ColumnElement[bool]) -> tuple[Decision, ...]:
    found = (
        select(PlaceDecision.at, PlaceDecision.words, Registration.name)
        .join(Training, Training.id == PlaceDecision.training_id)
        .outerjoin(Registration, Registration.id == PlaceDecision.registration_id)
        .where(about)
        .order_by(PlaceDecision.id.desc())
    )
    rows = session.execute(found.limit(LATEST))
    return tuple(Decision(at=at, words=words, who=name or "") for at, words, name in rows)
