"""One application for all tests of accounts, on each database: each test has people of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask

from communaute import create_app
from communaute.domain.accounts import passwords
from communaute.extensions import db
from tests.accounts.people import Person
from tests.conftest import settings_for
from tests.databases import DATABASES, unavailable
from tests.mailing import robot


@pytest.fixture(scope="session", params=DATABASES)
def accounts_app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """An application with its tables."""
    yield from applications(request, tmp_path_factory.mktemp("accounts"))


def applications(request: pytest.FixtureRequest, folder: Path) -> Iterator[Flask]:
    """An application on the database that a fixture's parameter names."""
    if request.param == "sqlite":
        yield from application(f"sqlite:///{folder / 'test.sqlite'}", folder)
        return
    server = request.getfixturevalue("postgres_server")
    if server is None:
        unavailable("PostgreSQL")
    with server.database() as url:
        yield from application(url, folder)


# A hash in a millisecond: what it costs to guess is no matter here, benchmarks time the real one.
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def application(url: str, folder: Path) -> Iterator[Flask]:
    before, passwords.hasher = passwords.hasher, QUICK
    app = create_app(settings_for(folder, database_url=url), TESTING=True)
    with app.app_context():
        db.create_all()
    yield app
    passwords.hasher = before
    robot.scan(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def someone(accounts_app: Flask) -> Callable[[], Person]:
    """Make people."""
    return lambda: Person(accounts_app)
