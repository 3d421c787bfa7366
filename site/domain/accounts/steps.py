"""Steps begun that have an end, as rows: links of mails, half-way sign-ins, factors being set up.

A cookie or a link holds a key; the row says whose it is, what for, until when, and whether it has
served. Whoever keeps a cookie or a mail aside has nothing once the row is gone.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from communaute.domain.context import Context
from communaute.models.accounts import Step, User


class Kind(StrEnum):
    """What a step is for."""

    CONFIRM = "confirm"  # a link: open a new account
    RESET = "reset"  # a link: choose another password
    ADDRESS = "address"  # a link: sign in with another address
    CONTACT = "contact"  # a link: be written to elsewhere
    KNOWN = "known"  # a mail without a link: this address has an account
    WRONG_CODES = "wrong-codes"  # a mail without a link: strangers try codes
    AUTHOR = "author"  # which browser has signed up, until the address is confirmed
    CODE = "code"  # the password was right: the second factor is awaited
    SET_UP = "set-up"  # an authenticator being set up
    NEW_PASSKEY = "new-passkey"
    PASSKEY = "passkey"  # a sign-in with a passkey alone


# Our own rules. Fifteen minutes: what it takes to find one's telephone.
WITHIN = {
    Kind.CONFIRM: timedelta(days=2),
    Kind.RESET: timedelta(hours=2),
    Kind.ADDRESS: timedelta(hours=2),
    Kind.CONTACT: timedelta(days=2),
    Kind.KNOWN: timedelta(hours=1),
    Kind.WRONG_CODES: timedelta(hours=1),
    Kind.AUTHOR: timedelta(days=7),
    Kind.CODE: timedelta(minutes=15),
    Kind.SET_UP: timedelta(minutes=15),
    Kind.NEW_PASSKEY: timedelta(minutes=15),
    Kind.PASSKEY: timedelta(minutes=5),
}
# What an account that is open has begun: every change of the account ends it.
BEGUN = (Kind.RESET, Kind.ADDRESS, Kind.CONTACT, Kind.CODE, Kind.SET_UP, Kind.NEW_PASSKEY)
# After its end a step still tells « this link has expired » from « this link is forged ».
KEPT = timedelta(days=7)


def begin(context: Context, kind: Kind, user: User | None = None, detail: str = "") -> str:
    """Begin a step; answers its key, of which only a digest is kept."""
    key = secrets.token_urlsafe(24)
    step = Step(
        digest=digest(key),
        kind=kind.value,
        user_id=user.id if user else None,
        detail=detail,
        begun_at=context.now,
        ends_at=context.now + WITHIN[kind],
    )
    context.session.add(step)
    return key


def find(context: Context, kind: Kind, key: str) -> Step | None:
    """The step of a key, whatever has become of it."""
    found = select(Step).where(Step.digest == digest(key), Step.kind == kind.value)
    return context.session.scalar(found)


def going_on(context: Context, kind: Kind, key: str) -> Step | None:
    """The step of a key, if it has neither served nor ended."""
    step = find(context, kind, key) if key else None
    return step if step and not step.done_at and step.ends_at > context.now else None


def serve(context: Context, step: Step) -> bool:
    """Note that a step serves now; False when it has served or ended, be it at this very moment."""
    once = update(Step).where(Step.digest == step.digest, Step.done_at.is_(None))
    done = context.session.execute(
        once.where(Step.ends_at > context.now).values(done_at=context.now)
    )
    return cast(CursorResult[Any], done).rowcount == 1


def drop(session: Session, user: User | None) -> None:
    """End what a user, or everybody (None), has begun: what was asked before a change dies with it.

    The rows stay, as never good: a mail they have caused still counts for the hour.
    """
    waiting = (Step.done_at.is_(None), Step.kind.in_([kind.value for kind in BEGUN]))
    own = (Step.user_id == user.id,) if user else ()
    session.execute(update(Step).where(*waiting, *own).values(ends_at=Step.begun_at))


def have_served(session: Session, user: User, kind: Kind, now: datetime) -> None:
    """Note that what the steps of a kind were for has been done otherwise, by their owner."""
    own = update(Step).where(Step.user_id == user.id, Step.kind == kind.value)
    session.execute(own.where(Step.done_at.is_(None)).values(done_at=now))


def purge(session: Session, now: datetime) -> int:
    """Erase steps that ended KEPT ago; answers how many."""
    past = delete(Step).where(Step.ends_at < now - KEPT)
    return cast(CursorResult[Any], session.execute(past)).rowcount


def digest(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()
