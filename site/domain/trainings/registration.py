"""« Mon inscription »: what a person does with their signed link."""

from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.trainings.links import Desk
from communaute.domain.trainings.values import RegistrationView


def view(session: Session, token: str, *, desk: Desk, now: datetime) -> RegistrationView:
    """What the owner of the link sees. Changes nothing. Raises BadLink, DeadLink."""
    raise NotImplementedError


def confirm(session: Session, token: str, *, desk: Desk, now: datetime) -> RegistrationView:
    """Confirm the place held. Done twice, it is done once.

    Raises BadLink, DeadLink, HoldExpired, NoPlace.
    """
    raise NotImplementedError


def cancel(session: Session, token: str, *, desk: Desk, now: datetime) -> RegistrationView:
    """Give the place back: the next in line is offered it at once. Done twice, it is done once.

    Raises BadLink, DeadLink, NoPlace, PairClosed (the last session is over).
    """
    raise NotImplementedError


def change_pair(
    session: Session, token: str, pair_id: int, *, desk: Desk, now: datetime
) -> RegistrationView:
    """Take a place of another pair of the same training, confirmed; the old one is then given back.

    Also for who waits, or has no place any more: the link proves the address. When the new pair
    is full nothing changes. Raises BadLink, DeadLink, PairUnknown, PairClosed, PairFull, SamePair,
    AlreadyElsewhere.
    """
    raise NotImplementedError


def cannot_come(
    session: Session, token: str, session_id: int, *, absent: bool, desk: Desk, now: datetime
) -> RegistrationView:
    """Say « je ne pourrai pas venir à cette séance » (`absent`), or that one will after all.

    The place is kept; the organiser sees it. Raises BadLink, DeadLink, NoPlace, SessionUnknown,
    PairClosed (the session has begun).
    """
    raise NotImplementedError
