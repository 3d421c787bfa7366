"""Fixtures that every test may use."""

import gc
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any


# Before the site is imported: importing the queue reads the environment.
os.environ.setdefault("INSTANCE_PATH", tempfile.mkdtemp(prefix="communaute-tests-"))
# And before Prometheus's library is, by whatever test comes first.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="mesures-tests-"))
for name in ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "SECRET_KEY", "BASE_URL", "ENVIRONMENT"):
    os.environ.pop(name, None)

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool
from werkzeug.routing import Rule

from communaute import create_app
from communaute.config import Settings
from communaute.editorial.content import Content
from communaute.editorial.loading import load
from communaute.extensions import Base, db, prepare_sqlite
from communaute.wiring import current, indexing
from tests.chromium import browser
from tests.databases import DATABASES, PostgresServer, postgres_server, redis_server, unavailable
from tests.mailing import robot
from tests.pages import Pages


ROOT = Path(__file__).resolve().parent.parent
READ: dict[object, Content] = {}
TABLES: list[sqlite3.Connection] = []
WRITERS: dict[object, Any] = {}
__all__ = ["browser", "postgres_server", "redis_server"]


def load_once(directory: Path, **known: Any) -> Content:  # as `load` takes them
    """The site's own content, read once a process for the applications that would all read the same.

    Reading takes a second, and nothing changes what was read. Another folder is read each time.
    """
    if directory != ROOT / "site/content":
        return load(directory, **known)
    tools = tuple((name, tool.public) for name, tool in known["tools"].items())
    key = tools, tuple(sorted(known["insertions"].items()))
    if key not in READ:
        READ[key] = load(directory, **known)
        gc.freeze()  # the collector need not go through it again and again
    return READ[key]


current.load = load_once  # type: ignore[attr-defined]


def tables_copied(
    bind: Engine, create: Callable[..., None] = Base.metadata.create_all, **more: Any
) -> None:
    """Create the tables; in a new SQLite file, as a copy of the first that was made.

    A hundred statements and their writes, for each of two thousand tests, are a minute of a run.
    """
    path = bind.engine.url.database if bind.dialect.name == "sqlite" else None
    if path is None or more or Path(path).exists():
        return create(bind, **more)
    if not TABLES:
        create(bind, **more)
        TABLES.append(sqlite3.connect(":memory:"))
        with closing(sqlite3.connect(path)) as made:
            made.backup(TABLES[0])
        return None
    with closing(sqlite3.connect(path)) as empty:
        empty.execute("pragma synchronous=off")
        TABLES[0].backup(empty)
    return None


Base.metadata.create_all = tables_copied  # type: ignore[method-assign, assignment]


def written_once(rule: Rule, append_unknown: bool, write: Any = Rule._compile_builder) -> Any:
    """What writes the address of a rule, compiled once a process: it is half of making an application.

    It depends on the rule's text and defaults alone; the rule itself is given to it at each call.
    """
    key = rule.rule, append_unknown, repr(rule._trace), repr(rule.defaults)
    if key not in WRITERS:
        WRITERS[key] = write(rule, append_unknown)
    return WRITERS[key]


Rule._compile_builder = written_once  # type: ignore[method-assign, assignment]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a journey that `make test` would never run: it looks for them in tests/browser alone."""
    for item in items:
        drives = item.get_closest_marker("browser") and not item.get_closest_marker("slow")
        if drives and ROOT / "tests/browser" not in item.path.parents:
            raise pytest.UsageError(f"{item.nodeid} drives Chromium: its place is tests/browser")


def settings_for(folder: Path, **given: str) -> Settings:
    """Settings of a test: a folder of its own, limits lifted unless asked for."""
    values = {"instance_path": str(folder), "secret_key": "test", "limits": "off"}
    values |= {"search_index_dir": str(folder / "search_index"), **given}
    return Settings(**values).completed()


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The reference data; skips clearly where there is none."""
    folder = Path(os.environ.get("REFERENCE_DATA", ROOT / ".." / "shared" / "data")).resolve()
    if not folder.is_dir():
        pytest.skip("no reference data: set REFERENCE_DATA")
    return folder


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application for tests that only read: building one takes a second."""
    app = create_app(settings_for(tmp_path_factory.mktemp("shared")), TESTING=True)
    with app.app_context():
        db.create_all()
    return app


@pytest.fixture(scope="session")
def site_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of the site's content, built once."""
    folder = tmp_path_factory.mktemp("site-index")
    app = create_app(settings_for(folder / "i", search_index_dir=str(folder / "built")))
    with app.test_request_context():
        indexing.build_index()
    return folder / "built"


@pytest.fixture(scope="session")
def indexed_app(site_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application with that index, for tests that only read."""
    settings = settings_for(tmp_path_factory.mktemp("indexed"), search_index_dir=str(site_index))
    app = create_app(settings, TESTING=True)
    with app.app_context():
        db.create_all()
    return app


@pytest.fixture
def search(indexed_app: Flask) -> Pages:
    """Fetch pages of the application whose content is indexed."""
    return Pages(indexed_app)


@pytest.fixture
def pages(shared_app: Flask) -> Pages:
    """Fetch pages by address; each is checked (see tests/pages.py)."""
    return Pages(shared_app)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, on SQLite and on PostgreSQL: every database test runs on both."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite'}"
        return
    server: PostgresServer | None = request.getfixturevalue("postgres_server")
    if server is None:
        unavailable("PostgreSQL")
    with server.database() as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database of its own, with its tables, for people who act at once: each has a connection."""
    made = create_engine(database_url, poolclass=NullPool)
    prepare_sqlite(made)
    Base.metadata.create_all(made)
    yield made
    made.dispose()


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application over an empty database with its tables, on each database."""
    settings = settings_for(tmp_path, database_url=database_url)
    app = create_app(settings, TESTING=True)
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
    try:
        robot.scan(app)
    finally:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Session:
    """The session of an empty database."""
    return db.session()
