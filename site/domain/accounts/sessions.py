"""Open sessions, as rows: signing out, everywhere or here, is final whatever a cookie says.

Who closes another session than their own fears a stranger in it: what was begun there, a link to
another address for one, ends with it.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session

from communaute.domain.accounts import steps
from communaute.models.accounts import SignIn, User


# Our own rules: a working day for people with a role, two weeks for others; and how long an unused
# session stays open.
STAFF_SESSION, STAFF_IDLE = timedelta(hours=12), timedelta(hours=2)
SESSION, IDLE = timedelta(days=14), timedelta(days=7)
# How often « last seen » is written: the list of devices needs nothing finer.
SEEN_EVERY = timedelta(minutes=5)


def open_session(session: Session, user: User, now: datetime, browser: str = "") -> str:
    """Open a session; answers its token, of which only a digest is kept."""
    token = secrets.token_urlsafe(24)
    opened = SignIn(user_id=user.id, digest=steps.digest(token), started_at=now, browser=browser)
    opened.last_seen_at = opened.proved_at = now
    session.add(opened)
    user.last_seen_at = now
    return token


def find(session: Session, token: str, now: datetime) -> SignIn | None:
    """The session a token opens, with its user; None when it is closed, expired or unknown."""
    if not token:
        return None
    found = session.scalar(
        select(SignIn).where(SignIn.digest == steps.digest(token)).join(SignIn.user)
    )
    return found if found and found.user.is_active and is_open(found, now) else None


def is_open(found: SignIn, now: datetime) -> bool:
    """Whether a session has neither lasted too long nor been left too long."""
    longest, idle = (STAFF_SESSION, STAFF_IDLE) if found.user.is_staff else (SESSION, IDLE)
    seen = found.last_seen_at or found.started_at
    return found.started_at > now - longest and seen > now - idle


def see(session: Session, opened: SignIn, now: datetime) -> bool:
    """Note that a session is in use; False when that was noted lately."""
    if opened.last_seen_at and opened.last_seen_at > now - SEEN_EVERY:
        return False
    session.execute(update(SignIn).where(SignIn.id == opened.id).values(last_seen_at=now))
    return True


def of_user(session: Session, user: User, now: datetime) -> list[SignIn]:
    """The open sessions of a user, the last used first."""
    own = select(SignIn).where(SignIn.user_id == user.id)
    found = session.scalars(own.order_by(SignIn.last_seen_at.desc(), SignIn.id.desc()))
    return [each for each in found if is_open(each, now)]


def close_one(session: Session, user: User, number: int) -> bool:
    """Close one session of a user; False when it is not theirs."""
    own = delete(SignIn).where(SignIn.id == number, SignIn.user_id == user.id)
    if cast(CursorResult[Any], session.execute(own)).rowcount != 1:
        return False
    steps.drop(session, user)
    return True


def guest_of(session: Session, token: str) -> User | None:
    """The practice account that a token opens, or None: never the account of a person."""
    if not token:
        return None
    found = (
        select(User)
        .join(SignIn, SignIn.user_id == User.id)
        .where(SignIn.digest == steps.digest(token), User.practice_id.is_not(None), User.active)
    )
    return session.scalar(found)


def close_session(session: Session, token: str) -> None:
    """Close one session."""
    session.execute(delete(SignIn).where(SignIn.digest == steps.digest(token)))


def close_all(session: Session, user: User | None) -> None:
    """Close every session of a user, or of everybody (None)."""
    session.execute(delete(SignIn).where(*((SignIn.user_id == user.id,) if user else ())))
    steps.drop(session, user)


def close_others(session: Session, user: User, token: str) -> None:
    """Close every session of a user but one."""
    others = (SignIn.user_id == user.id, SignIn.digest != steps.digest(token))
    session.execute(delete(SignIn).where(*others))
    steps.drop(session, user)


def purge(session: Session, now: datetime) -> int:
    """Erase sessions that no longer open anything; answers how many."""
    idle = SignIn.last_seen_at < now - IDLE
    past = delete(SignIn).where(or_(SignIn.started_at < now - SESSION, idle))
    return cast(CursorResult[Any], session.execute(past)).rowcount
