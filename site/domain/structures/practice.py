"""The practice account: an invented world for a visitor without account, for 24 hours."""

from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.structures.values import PracticeOpened, PracticeState
from communaute.models.accounts import User


def open_practice(session: Session, *, client: str, now: datetime) -> PracticeOpened:
    """Make a guest account and its invented set.

    `client` is a keyed digest of the visitor's network address (`lockout.digest`), never the
    address. Raises TooManyPractices.
    """
    raise NotImplementedError


def reset(session: Session, guest: User, now: datetime) -> PracticeState:
    """Put the invented set back as it was on opening; the guest account and its end stay.

    Raises Forbidden (not a guest), PracticeOver.
    """
    raise NotImplementedError


def erase(session: Session, guest: User) -> None:
    """Erase the guest account and everything invented for it. Raises Forbidden (not a guest)."""
    raise NotImplementedError


def state(session: Session, guest: User, now: datetime) -> PracticeState:
    """Where the practice is. Raises Forbidden (not a guest), PracticeOver."""
    raise NotImplementedError


def purge(session: Session, now: datetime) -> int:
    """Erase the sets whose 24 hours are over; answers how many."""
    raise NotImplementedError
