"""The waiting list by a signed link: accept, decline, leave."""

from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.trainings.links import Desk
from communaute.domain.trainings.values import RegistrationView


def accept_offer(session: Session, token: str, *, desk: Desk, now: datetime) -> RegistrationView:
    """Take the place offered: it is confirmed. Done twice, it is done once.

    Raises BadLink, DeadLink, OfferExpired, NothingOffered.
    """
    raise NotImplementedError


def decline_offer(session: Session, token: str, *, desk: Desk, now: datetime) -> RegistrationView:
    """Leave the place offered to the next in line; one keeps one's rank for other dates.

    Raises BadLink, DeadLink, OfferExpired, NothingOffered.
    """
    raise NotImplementedError


def leave_list(session: Session, token: str, *, desk: Desk, now: datetime) -> RegistrationView:
    """Leave the waiting list; an open offer goes to the next. Done twice, it is done once.

    Raises BadLink, DeadLink, NotInList.
    """
    raise NotImplementedError
