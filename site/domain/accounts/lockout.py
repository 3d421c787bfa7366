"""Attempts on an account: slowed down for who fails, never shut for long for its owner.

Failures are counted for an account from one client (a device that has signed in before, or a
network), and for an account from all clients it does not know. So somebody who hammers an account
shuts the door on themselves; at worst on other unknown clients, for a quarter of an hour; never on
a device its owner has used before. The same counts are kept for addresses without an account.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.orm import Session

from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.models.accounts import FailedAttempt


# Our own rule. Five is what people need to find which of their passwords it is.
FROM_ONE_CLIENT = 5
FROM_UNKNOWN_CLIENTS = 50
WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)


class TooManyAttempts(DomainError):
    """Too many failures; `wait` is how long until one may try again."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        plural = "s" if minutes > 1 else ""
        super().__init__(
            f"Trop d’essais ont échoué. Attendez {minutes}\u202fminute{plural}, puis recommencez, "
            "ou choisissez un nouveau mot de passe."
        )


class NotProved(DomainError):
    """What was given does not prove who somebody is: a failure that counts."""


@dataclass(frozen=True)
class Attempt:
    """Who tries what: digests of the account typed and of the client, and whether it is known."""

    account: str
    client: str
    known: bool

    @classmethod
    def of(cls, secret: str, account: str, *, device: str, network: str) -> "Attempt":
        """From what was typed and where it came from; `device` is empty for an unknown one."""
        client = f"device {device}" if device else f"network {network}"
        return cls(digest(secret, account.casefold()), digest(secret, client), bool(device))


def digest(secret: str, text: str) -> str:
    """A digest that says nothing without the secret."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def refuse_too_many(session: Session, attempt: Attempt, now: datetime) -> None:
    """Raise TooManyAttempts when this client must wait."""
    # Not those that a clock which was ahead has dated in the future: see `clock.is_recent`.
    lately = FailedAttempt.at.between(now - WINDOW, now + clock.APART)
    recent = (FailedAttempt.account == attempt.account, lately)
    own = session.scalars(
        select(FailedAttempt.at)
        .where(*recent, FailedAttempt.client == attempt.client)
        .order_by(FailedAttempt.at)
    ).all()
    if len(own) >= FROM_ONE_CLIENT:
        raise TooManyAttempts(own[-FROM_ONE_CLIENT] + WINDOW - now)
    if attempt.known:
        return
    count = session.scalar(select(func.count()).select_from(FailedAttempt).where(*recent)) or 0
    if count >= FROM_UNKNOWN_CLIENTS:
        raise TooManyAttempts(WINDOW)


def note_failure(session: Session, attempt: Attempt, now: datetime) -> None:
    """Count a failure."""
    session.add(FailedAttempt(account=attempt.account, client=attempt.client, at=now))


def forget_failures(session: Session, attempt: Attempt) -> None:
    """The owner has proved who they are: their own mistakes no longer count."""
    own = (FailedAttempt.account == attempt.account, FailedAttempt.client == attempt.client)
    session.execute(delete(FailedAttempt).where(*own))


def purge(session: Session, now: datetime) -> int:
    """Erase old failures; answers how many."""
    past = delete(FailedAttempt).where(FailedAttempt.at < now - KEPT)
    return cast(CursorResult[Any], session.execute(past)).rowcount
