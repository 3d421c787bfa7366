"""One application for all tests of the pages: each test has dates and people of its own."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from communaute import create_app
from communaute.extensions import db
from communaute.models import Role
from tests.conftest import settings_for
from tests.databases import PostgresServer, unavailable
from tests.trainings.pages.scenes import Organiser, Scene


@pytest.fixture(scope="session")
def training_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with its tables."""
    folder = tmp_path_factory.mktemp("training-pages")
    yield from application(f"sqlite:///{folder / 'test.sqlite'}", folder)


@pytest.fixture(scope="session")
def training_app_on_postgresql(
    postgres_server: PostgresServer | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The same on PostgreSQL: verbs are tested on both, pages mostly on one."""
    if postgres_server is None:
        unavailable("PostgreSQL")
    folder = tmp_path_factory.mktemp("training-pages-postgresql")
    with postgres_server.database() as url:
        yield from application(url, folder)


def application(url: str, folder: object) -> Iterator[Flask]:
    app = create_app(settings_for(folder, database_url=url), TESTING=True)  # type: ignore[arg-type]
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(autouse=True)
def nothing_is_written_where_one_only_reads(training_app: Flask) -> Iterator[None]:
    """A transaction opened for reading waits for no writer: a write in it meets theirs, and fails."""
    written: list[str] = []

    def look(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        reads = connection.get_execution_options().get("read_only", False)
        if reads and statement.startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    with training_app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", look)
    yield
    event.remove(engine, "before_cursor_execute", look)
    assert not written


@pytest.fixture
def scene(training_app: Flask) -> Scene:
    """Dates and people."""
    return Scene(training_app)


@pytest.fixture(scope="session")
def organiser(training_app: Flask) -> Organiser:
    """Somebody at work on /gestion/formations, for tests that leave them signed in."""
    return Organiser(training_app).at_work()


@pytest.fixture
def staff(training_app: Flask) -> Callable[..., Organiser]:
    """Make people with a role."""

    def make(role: Role = Role.ORGANISER) -> Organiser:
        return Organiser(training_app, role=role).at_work()

    return make
