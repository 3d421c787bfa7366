"""Open sessions, as rows: signing out, everywhere or here, is final whatever a cookie says."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from communaute.models.accounts import SignIn, User


# Our own rule: a working day for who has a role, two weeks for the others.
STAFF_SESSION = timedelta(hours=12)
SESSION = timedelta(days=14)


def open_session(session: Session, user: User, now: datetime) -> str:
    """Open a session; answers its token, of which only a digest is kept."""
    token = secrets.token_urlsafe(24)
    session.add(SignIn(user_id=user.id, digest=digest(token), started_at=now))
    user.last_seen_at = now
    return token


def is_open(session: Session, user: User, token: str, now: datetime) -> bool:
    """Whether the token opens a session of this user."""
    longest = STAFF_SESSION if user.is_staff else SESSION
    found = select(SignIn.id).where(
        SignIn.digest == digest(token),
        SignIn.user_id == user.id,
        SignIn.started_at > now - longest,
    )
    return session.scalar(found) is not None


def guest_of(session: Session, token: str) -> User | None:
    """The practice account that a token opens, or None: never the account of a person."""
    if not token:
        return None
    found = (
        select(User)
        .join(SignIn, SignIn.user_id == User.id)
        .where(SignIn.digest == digest(token), User.practice_id.is_not(None), User.active)
    )
    return session.scalar(found)


def close_session(session: Session, token: str) -> None:
    """Close one session."""
    session.execute(delete(SignIn).where(SignIn.digest == digest(token)))


def close_all(session: Session, user: User) -> None:
    """Close every session of a user, and make every link sent so far useless."""
    session.execute(delete(SignIn).where(SignIn.user_id == user.id))
    user.fs_uniquifier = uuid4().hex


def close_others(session: Session, user: User, token: str) -> None:
    """Close every session of a user but one."""
    others = (SignIn.user_id == user.id, SignIn.digest != digest(token))
    session.execute(delete(SignIn).where(*others))


def purge(session: Session, now: datetime) -> int:
    """Erase sessions that no longer open anything; answers how many."""
    past = delete(SignIn).where(SignIn.started_at < now - SESSION)
    return cast(CursorResult[Any], session.execute(past)).rowcount


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
