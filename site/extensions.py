"""Database, CSRF, limiter, migrations: the objects, unbound. create_app binds them."""

import sqlite3
from typing import TYPE_CHECKING

from flask import request
from flask_alembic import Alembic
from flask_limiter import Limiter
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase, Session

from communaute.client_network import network_of


# SQLite's writers wait in no order: when five hundred come at once, the last may wait long.
BUSY_TIMEOUT_MS = 60_000

# Named constraints, so that a migration can change them on PostgreSQL and on SQLite alike.
NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base)
csrf = CSRFProtect()
limiter = Limiter(key_func=lambda: network_of(request.remote_addr), headers_enabled=True)
# Alembic's own writing commands stay available; env.py is Flask-Alembic's.
alembic = Alembic(metadatas=Base.metadata)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def prepare_sqlite(engine: Engine) -> None:
    """Make SQLite safe for several processes (WAL, foreign keys, BEGIN IMMEDIATE).

    Without BEGIN IMMEDIATE a transaction that reads then writes works on what another process
    has changed meanwhile: four processes sold 500 places out of 300 without one error.
    """
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _set_pragmas(dbapi: sqlite3.Connection, _record: object) -> None:
    dbapi.isolation_level = None  # BEGIN is said by us, below
    dbapi.execute("pragma journal_mode=wal")
    dbapi.execute("pragma synchronous=normal")
    dbapi.execute("pragma foreign_keys=on")
    dbapi.execute(f"pragma busy_timeout={BUSY_TIMEOUT_MS}")


def _begin(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def reading(session: Session) -> Session:
    """The session, its transaction opened for reading only: it waits for no writer.

    Call it before the first query of a page that writes nothing.
    """
    session.connection(execution_options={"read_only": True})
    return session
