"""iCalendar: what is joined to mails, downloaded, and followed as a feed. All in UTC."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.trainings.links import Desk
from communaute.domain.trainings.values import PairView


def own_calendar(session: Session, token: str, *, desk: Desk, now: datetime) -> str:
    """The .ics of a person's place (METHOD PUBLISH; same UIDs and SEQUENCE as the mails).

    Raises BadLink, DeadLink, NoPlace.
    """
    raise NotImplementedError


def public_calendar(pairs: Sequence[PairView], *, desk: Desk, now: datetime) -> str:
    """The feed of public sessions; no virtual class in it."""
    raise NotImplementedError
