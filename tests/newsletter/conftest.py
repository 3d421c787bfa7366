"""One application for all tests of the newsletter, on each database; its tables emptied for each test."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from communaute.domain import clock
from communaute.domain.newsletter.context import Context
from communaute.extensions import Base, db
from communaute.wiring import letter_desk
from tests.accounts.conftest import applications
from tests.databases import DATABASES
from tests.newsletter.readers import Reader


@pytest.fixture(scope="session", params=DATABASES)
def letter_app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """An application with its tables."""
    yield from applications(request, tmp_path_factory.mktemp("letters"))


OURS = ("newsletter", "returned_mail", "mail_suppression", "delivery")


def empty(app: Flask) -> None:
    """Take every row of the newsletter and every mail away."""
    app.extensions[letter_desk.KEY].known.clear()  # SQLite gives the same numbers again
    with app.app_context(), db.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name.startswith(OURS):
                connection.execute(table.delete())


@pytest.fixture
def here(letter_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator["Moments"]:
    """A clock that tests move, over empty tables, inside the application."""
    empty(letter_app)
    moments = Moments(clock.now().replace(microsecond=0))
    monkeypatch.setattr(clock, "now", lambda: moments.now)
    with letter_app.app_context():
        yield moments
        db.session.remove()


class Moments:
    """What time it is, and what verbs are given at that time."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def later(self, **by: float) -> None:
        """Later by so many minutes, hours, days."""
        self.now += timedelta(**by)

    @property
    def context(self) -> Context:
        """What verbs are given."""
        return letter_desk.context()

    @property
    def session(self) -> Session:
        """The session."""
        return db.session()


@pytest.fixture
def reader(letter_app: Flask, here: Moments) -> Reader:
    """Somebody with a browser and a mailbox."""
    return Reader(letter_app)
