"""A sender over each database, with a clock that tests move."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from communaute.extensions import db
from communaute.mailing.message import Message
from communaute.mailing.outbox import post
from communaute.mailing.sending import Sender
from communaute.mailing.transports import Transport
from communaute.wiring import post_office
from communaute.wiring.current import Site


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = datetime(2026, 11, 23, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Later by so many minutes, hours, days."""
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    """The tests' clock."""
    return Clock()


MakeSender = Callable[[Transport], Sender]


@pytest.fixture
def sender_with(app: Flask, clock: Clock) -> MakeSender:
    """Make a sender with a transport."""
    site: Site = app.extensions["communaute"]

    def make(transport: Transport) -> Sender:
        sessions = sessionmaker(db.engine, expire_on_commit=False)
        return Sender(sessions, post_office.renderer(app, site.settings), transport, clock)

    return make


def a_mail(number: int = 0, **given: object) -> Message:
    """A mail to somebody."""
    values: dict[str, object] = {
        "to": f"quelquun{number}@exemple.example",
        "subject": f"Objet n° {number}",
        "template": "account-erased",
        "why": "Parce que.",
        "context": {"when": datetime(2026, 11, 23, 8, tzinfo=UTC)},
        **given,
    }
    return Message(**values)  # type: ignore[arg-type]


def post_many(session: Session, count: int, due: datetime) -> None:
    """Ask for so many mails, in one transaction."""
    for number in range(count):
        post(session, a_mail(number), key=f"essai-{number}", due=due)
    session.commit()
