"""Attempts on an account: slowed down for who fails, never shut for long for its owner.

Failures are counted for an account from one client (a device that has entered before, or a
network), and for an account from all clients it does not know. So somebody who hammers an account
shuts the door on themselves; at worst on other unknown clients, and only where there is something
to guess; never on a device its owner has used before, never to a passkey or a recovery code. The
same counts are kept for addresses without an account.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, CursorResult, delete, select
from sqlalchemy.orm import Session

from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.models.accounts import FailedAttempt


# Our own rule. Five is what people need to find which of their passwords it is.
FROM_ONE_CLIENT = 5
WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)


class What(StrEnum):
    """What is given to prove who one is."""

    PASSWORD = "password"  # noqa: S105
    CODE = "code"  # the authenticator's, at the door
    FIRST_CODE = "first-code"  # the authenticator's, while it is set up: its key is on the page
    PASSKEY = "passkey"
    RECOVERY = "recovery"


class Bound(NamedTuple):
    """So many failures of clients that an account does not know, in so long, close it to all of these."""

    failures: int
    window: timedelta


# Three codes in a million are right at any moment: twenty wrong ones in a day let through one thief in
# 16,000 (0316). Passkeys and recovery codes are not guessed: a bound would only keep their owner out.
STRANGERS = {
    What.PASSWORD: Bound(50, WINDOW),
    What.CODE: Bound(20, KEPT),
}


class TooManyAttempts(DomainError):
    """Too many failures; `wait` is how long until one may try again."""

    def __init__(self, wait: timedelta, sentence: str = "") -> None:
        self.wait = wait
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        plural = "s" if minutes > 1 else ""
        super().__init__(
            sentence
            or f"Trop d’essais ont échoué. Attendez {minutes}\u202fminute{plural}, puis recommencez, "
            "ou choisissez un nouveau mot de passe."
        )


# Read by whoever has given the right password: it tells nobody whether an account exists.
CODES_OF_STRANGERS = (
    "Trop de codes faux ont été donnés pour ce compte, depuis des appareils qu’il ne connaît pas. D’ici "
    "demain, un nouvel appareil y entre avec une clé d’accès ou un code de secours. Un appareil où vous vous "
    "êtes déjà connecté sert comme avant."
)


class NotProved(DomainError):
    """What was given does not prove who somebody is: a failure that counts."""


@dataclass(frozen=True)
class Attempt:
    """Who tries what: digests of the account typed and of the client, and whether it is known."""

    what: What
    account: str
    client: str
    known: bool

    @classmethod
    def of(cls, secret: str, what: What, address: str, *, device: str, network: str) -> "Attempt":
        """From what was typed and where it came from; `device` is empty for an unknown one."""
        # Apart, what known devices got wrong is not counted with what strangers did.
        account = f"{what} {'known ' if device else ''}{address.casefold()}"
        client = f"device {device}" if device else f"network {network}"
        return cls(what, digest(secret, account), digest(secret, client), bool(device))


def digest(secret: str, text: str) -> str:
    """A digest that says nothing without the secret."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def refuse_too_many(session: Session, attempt: Attempt, now: datetime) -> None:
    """Raise TooManyAttempts when this client must wait."""
    own = failures(session, attempt, now, WINDOW, FailedAttempt.client == attempt.client)
    if len(own) >= FROM_ONE_CLIENT:
        raise TooManyAttempts(own[-FROM_ONE_CLIENT] + WINDOW - now)
    bound = STRANGERS.get(attempt.what)
    if attempt.known or bound is None:
        return
    all_of_them = failures(session, attempt, now, bound.window)
    if len(all_of_them) >= bound.failures:
        wait = all_of_them[-bound.failures] + bound.window - now
        raise TooManyAttempts(wait, CODES_OF_STRANGERS if attempt.what is What.CODE else "")


def failures(
    session: Session,
    attempt: Attempt,
    now: datetime,
    window: timedelta,
    *which: ColumnElement[bool],
) -> Sequence[datetime]:
    """When this account was failed on lately, by clients known or unknown as this one is."""
    # Not those that a clock which was ahead has dated in the future: see `clock.is_recent`.
    lately = FailedAttempt.at.between(now - window, now + clock.APART)
    own = select(FailedAttempt.at).where(FailedAttempt.account == attempt.account, lately, *which)
    return session.scalars(own.order_by(FailedAttempt.at)).all()


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
