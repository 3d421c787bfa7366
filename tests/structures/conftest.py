"""One database for all tests of structures, on each kind: what a test does is rolled back."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from communaute import create_app
from communaute.extensions import db
from tests.conftest import settings_for
from tests.databases import DATABASES, unavailable
from tests.structures.visiting import colleague, manager, visited_app, visitor


__all__ = ["colleague", "manager", "visited_app", "visitor"]


@pytest.fixture(scope="session", params=DATABASES)
def structures_app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """An application with its tables."""
    folder = tmp_path_factory.mktemp("structures")
    if request.param == "sqlite":
        yield from _application(f"sqlite:///{folder / 'test.sqlite'}", folder)
        return
    server = request.getfixturevalue("postgres_server")
    if server is None:
        unavailable("PostgreSQL")
    with server.database() as url:
        yield from _application(url, folder)


def _application(url: str, folder: object) -> Iterator[Flask]:
    app = create_app(settings_for(folder, database_url=url), TESTING=True)  # type: ignore[arg-type]
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(structures_app: Flask) -> Iterator[Session]:
    """A session whose commits are savepoints: everything is rolled back after the test."""
    with structures_app.app_context():
        connection = db.engine.connect()
        transaction = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as opened:
            yield opened
        transaction.rollback()
        connection.close()
