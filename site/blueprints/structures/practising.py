"""The door of the practice account, which several tools have: an invented company, for 24 hours."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from flask import Response, after_this_request

from communaute.blueprints.accounts import attempts, guests
from communaute.domain import clock
from communaute.domain.accounts import lockout
from communaute.domain.structures import practice
from communaute.domain.structures.errors import PracticeOver, TooManyPractices
from communaute.domain.structures.values import PracticeState
from communaute.extensions import db
from communaute.models.accounts import User
from communaute.web import retrying
from communaute.wiring import current


# In seconds: a place comes back when somebody's practice ends.
RETRY_SECONDS = 3_600
# A tool's own page, with why it opens no practice.
RefusedPage = Callable[[str, HTTPStatus], Response]


def running() -> PracticeState | None:
    """The practice of this visitor, if one is open."""
    user = guests.guest()
    try:
        return practice.state(db.session(), user, clock.now()) if user else None
    except PracticeOver:
        return None


def opened(refused_page: RefusedPage, now: datetime) -> User | Response:
    """The guest of the practice that is running, or of a new one; the tool's page when all are taken."""
    user = guests.guest() if running() else None
    if user:
        return user
    client = lockout.digest(current.settings().secret_key, f"network {attempts.network()}")
    try:
        user = practice.open_practice(db.session(), client=client, now=now)
    except TooManyPractices as refused:
        db.session.rollback()
        answer = refused_page(str(refused), HTTPStatus.TOO_MANY_REQUESTS)
        return retrying.retry_after(answer, RETRY_SECONDS)
    guests.welcome(user, now + practice.LASTS)
    db.session.commit()
    return user


def close(user: User) -> None:
    """Erase the practice now, and its cookie."""
    practice.erase(db.session(), user)
    db.session.commit()
    after_this_request(guests.forget)
