"""What was decided about the places and the list of a whole training, for its organiser."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.trainings.values import LogLine
from communaute.models.trainings import PlaceDecision, Training


LATEST = 200


def training_log(session: Session, slug: str) -> tuple[LogLine, ...]:
    """The latest decisions of a training, the last first; nothing for an unknown one."""
    found = (
        select(PlaceDecision.at, PlaceDecision.words)
        .join(Training, Training.id == PlaceDecision.training_id)
        .where(Training.slug == slug)
        .order_by(PlaceDecision.id.desc())
    )
    return tuple(LogLine(at=at, words=text) for at, text in session.execute(found.limit(LATEST)))
