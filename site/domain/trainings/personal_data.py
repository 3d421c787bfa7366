"""What is kept of a registered person: given to them, erased when they ask or in time."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from communaute.domain.trainings.links import Desk


def personal_data(session: Session, token: str, *, desk: Desk, now: datetime) -> dict[str, Any]:
    """All that is kept of the person behind the link, as JSON: every registration of theirs.

    Raises BadLink, DeadLink.
    """
    raise NotImplementedError


def erase(session: Session, token: str, *, desk: Desk, now: datetime) -> None:
    """Give the place back if there is one, then erase this registration's personal data.

    One last mail says so; the link opens nothing any more. Raises BadLink, DeadLink.
    """
    raise NotImplementedError
