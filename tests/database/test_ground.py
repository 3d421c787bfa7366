"""The ground: transactions that do not oversell, migrations that make the tables."""

import multiprocessing
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Integer, String, create_engine, func, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from communaute import create_app
from communaute.extensions import alembic, db, prepare_sqlite, reading
from tests.conftest import settings_for


PLACES, TRIES, PROCESSES = 150, 240, 4


class Base(DeclarativeBase):
    pass


class Stock(Base):
    __tablename__ = "stock"
    id: Mapped[int] = mapped_column(primary_key=True)
    left: Mapped[int] = mapped_column(Integer)


class Sale(Base):
    __tablename__ = "sale"
    id: Mapped[int] = mapped_column(primary_key=True)
    buyer: Mapped[str] = mapped_column(String(20))


def sell(url: str, process: int, barrier: Barrier) -> None:
    """Read what is left, take one, note the sale: the pattern that oversells when unguarded."""
    engine = create_engine(url)
    prepare_sqlite(engine)
    barrier.wait()
    for number in range(TRIES // PROCESSES):
        with Session(engine) as session, session.begin():
            stock = session.get(Stock, 1, with_for_update=True)
            assert stock is not None
            if stock.left > 0:
                stock.left -= 1
                session.add(Sale(buyer=f"{process}-{number}"))
    engine.dispose()


@pytest.mark.slow
def test_four_processes_sell_every_place_once(database_url: str) -> None:
    engine = create_engine(database_url)
    prepare_sqlite(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add(Stock(id=1, left=PLACES))
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(PROCESSES)
    sellers = [
        context.Process(target=sell, args=(database_url, n, barrier)) for n in range(PROCESSES)
    ]
    for seller in sellers:
        seller.start()
    for seller in sellers:
        seller.join()
    assert [seller.exitcode for seller in sellers] == [0] * PROCESSES
    with Session(engine) as session:
        assert session.scalar(select(func.count(Sale.id))) == PLACES
        assert session.get_one(Stock, 1).left == 0
    engine.dispose()


def test_a_reading_transaction_waits_for_no_writer(app: Flask) -> None:
    """On SQLite a plain session would wait for the writer's lock, then fail."""
    with db.engine.connect() as writer, writer.begin():
        writer.execute(
            text(
                "INSERT INTO page_opinion (page, helpful, comment, given_at) VALUES ('/', true, '', '2026-01-01')"
            )
        )
        assert reading(db.session()).scalar(text("SELECT count(*) FROM page_opinion")) == 0
        db.session.rollback()


@pytest.fixture
def migrated(database_url: str, tmp_path: Path) -> Flask:
    app = create_app(settings_for(tmp_path, database_url=database_url), TESTING=True)
    with app.app_context():
        alembic.upgrade()
    return app


def test_migrations_make_the_tables_the_models_describe(migrated: Flask) -> None:
    with migrated.app_context():
        assert alembic.compare_metadata() == []
        db.engine.dispose()


def test_migrations_can_be_undone_and_done_again(migrated: Flask) -> None:
    with migrated.app_context():
        alembic.downgrade("base")
        alembic.upgrade()
        assert alembic.compare_metadata() == []
        db.engine.dispose()


def test_upgrading_keeps_what_hangs_on_an_account(database_url: str, tmp_path: Path) -> None:
    """On SQLite a table that is rebuilt empties those that hang on it."""
    app = create_app(settings_for(tmp_path, database_url=database_url), TESTING=True)
    with app.app_context():
        alembic.upgrade("1795421901")
        at = "'2026-11-01 00:00:00+00:00'"
        with db.engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO user_account (id, email, active, fs_uniquifier, created_at, name) "
                    f"VALUES (1, 'a@exemple.example', true, 'u', {at}, '')"
                )
            )
            connection.execute(
                text(
                    "INSERT INTO user_role (user_id, name, granted_at) "
                    f"VALUES (1, 'administrator', {at})"
                )
            )
        alembic.upgrade()
        alembic.downgrade("1795421901")
        alembic.upgrade()
        assert db.session.scalar(text("SELECT count(*) FROM user_role")) == 1
        db.session.rollback()
        db.engine.dispose()


def test_an_upgrade_takes_the_number_of_a_revision(tmp_path: Path) -> None:
    """Every id is made of digits: one must not be read as so many steps."""
    app = create_app(settings_for(tmp_path), TESTING=True)
    with app.app_context():
        first, second = [one.revision for one in reversed(alembic.log())][:2]
        for wanted in (first, second):
            done = app.test_cli_runner().invoke(args=["db", "upgrade", wanted])
            assert done.exit_code == 0, done.output
            assert [one.revision for one in alembic.current()] == [wanted]
        done = app.test_cli_runner().invoke(args=["db", "downgrade", first])
        assert [one.revision for one in alembic.current()] == [first], done.output
        db.engine.dispose()


def test_postgresql_compiles_no_question_of_a_page(session: Session) -> None:
    """Its compiler made a person's list of structures wait six times longer than the rows."""
    if session.get_bind().dialect.name != "postgresql":
        pytest.skip("SQLite compiles nothing")
    assert session.scalar(text("SHOW jit")) == "off"
