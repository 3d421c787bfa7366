"""A database with the tables for the whole run, emptied for each test, on each database."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from communaute import models
from communaute.extensions import Base, prepare_sqlite
from tests.databases import DATABASES, PostgresServer, unavailable
from tests.trainings.people import School


assert models  # the tables are known once the package is imported


def engine_of(url: str) -> Engine:
    engine = create_engine(url)
    prepare_sqlite(engine)
    return engine


@pytest.fixture(scope="session", params=DATABASES)
def training_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """Tables, once."""
    if request.param == "sqlite":
        engine = engine_of(f"sqlite:///{tmp_path_factory.mktemp('trainings') / 'test.sqlite'}")
        Base.metadata.create_all(engine)
        yield engine
        engine.dispose()
        return
    server: PostgresServer | None = request.getfixturevalue("postgres_server")
    if server is None:
        unavailable("PostgreSQL")
    with server.database() as url:
        engine = engine_of(url)
        Base.metadata.create_all(engine)
        yield engine
        engine.dispose()


def empty(engine: Engine) -> None:
    """Take every row of every table of trainings and mails away."""
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name.startswith("training") or table.name == "delivery":
                connection.execute(table.delete())


@pytest.fixture
def session(training_engine: Engine) -> Iterator[Session]:
    """A session over empty tables."""
    empty(training_engine)
    with sessionmaker(training_engine, expire_on_commit=False)() as session:
        yield session


@pytest.fixture
def school(session: Session) -> School:
    """Trainings and people over that session, with a clock that tests move."""
    return School(session)
