"""Database, CSRF, limiter, migrations, queue: the objects, unbound. create_app binds them."""

import logging
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Flask, current_app, has_request_context, request
from flask_alembic import Alembic
from flask_limiter import Limiter
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from huey import Huey
from huey.api import Result, Task
from huey.storage import BaseStorage, RedisStorage, SqliteStorage
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

from communaute.config import Settings
from communaute.web.client_network import network_of
from communaute.web.logs import request_id


log = logging.getLogger(__name__)
# SQLite has one writer at a time. A visitor waits for it so long, in seconds; a command or a task,
# which nobody watches, longer.
VISITOR_WAITS, TASK_WAITS = 5.0, 60.0
# Of one process, so many visitors may wait at once whatever happens. The next wait as long only while
# turns pass; once none has passed for so long, in seconds, the writer is stuck: the threads are
# left to those who only read.
FEW, SOON = 4, 0.5

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


class Queue(Huey):
    """Queued and periodic work: kept in a SQLite file of its own, or in Redis when configured.

    Tasks are declared on it before any setting is read; the storage is opened when first used,
    with the settings of the last application bound, or else those of the environment (the
    consumer asks for it before it makes the application).
    """

    def __init__(self) -> None:
        self._storage: BaseStorage | None = None
        super().__init__("communaute")
        self.settings: Settings | None = None
        self.app: Flask | None = None
        self.pre_execute("name")(take_name)

    def enqueue(self, task: Task) -> Result | None:
        """Queue a task; its name begins with that of the request that asks for it."""
        if asked := request_id.get():
            task.id = f"{asked}.{task.id}"
        return super().enqueue(task)

    def create_storage(self) -> None:
        """Nothing yet: `storage` opens it."""

    @property
    def storage(self) -> BaseStorage:
        """Where tasks wait. Raises OSError, sqlite3.Error or RedisError when it cannot be opened."""
        if self._storage is None:
            self._storage = storage_of(self.settings or Settings.from_environment())
        return self._storage

    @storage.setter
    def storage(self, opened: BaseStorage | None) -> None:
        self._storage = opened

    def bind(self, app: Flask, settings: Settings) -> None:
        """Run tasks in this application, and keep them where its settings say."""
        self.app, self.settings, self.storage = app, settings, None

    @contextmanager
    def site(self) -> Iterator[Flask]:
        """The bound application, in its context, for a task: its database and its settings."""
        if self.app is None:
            raise RuntimeError("no application is bound: call create_app() first")
        with self.app.app_context():
            yield self.app

    def ask(self, task: Callable[[], object], otherwise: str) -> None:
        """Have the worker do a task now; while the queue does not answer, the log says `otherwise`."""
        if current_app.testing:
            return
        try:
            task()
        except Exception:
            log.warning("the queue does not answer: %s", otherwise, exc_info=True)


def take_name(task: Task) -> None:
    """Have the lines of a task's log say the request that asked for it, or a name of its own."""
    asked, dot, _ = task.id.partition(".")
    request_id.set(asked if dot else secrets.token_hex(8))


def current_request() -> str | None:
    """The name of the request or task at work, for a row that outlives it."""
    return request_id.get() or None


# In seconds: a Redis that says nothing must not hold visitors.
REDIS_WAITS = {"socket_connect_timeout": 1, "socket_timeout": 2}


def storage_of(settings: Settings) -> BaseStorage:
    """A SQLite file of its own in the instance folder; Redis when REDIS_URL is set."""
    if settings.redis_url:
        bounds = urlencode(REDIS_WAITS)
        joint = "&" if "?" in settings.redis_url else "?"
        return RedisStorage("communaute", url=f"{settings.redis_url}{joint}{bounds}")
    settings.instance.mkdir(parents=True, exist_ok=True)
    return SqliteStorage("communaute", filename=str(settings.instance / "queue.sqlite"))


db = SQLAlchemy(model_class=Base)
queue = Queue()
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
    event.listen(engine, "begin", WritersTurn().begin)


def _set_pragmas(dbapi: sqlite3.Connection, _record: object) -> None:
    dbapi.isolation_level = None  # BEGIN is said by us, below
    dbapi.execute("pragma journal_mode=wal")
    dbapi.execute("pragma synchronous=normal")
    dbapi.execute("pragma foreign_keys=on")


class WritersTurn:
    """Who waits for SQLite's lock, in this process: one thread at its door, the others behind.

    SQLite itself serves those who wait in no order: of fifty at its door, the last may wait for ever.
    """

    def __init__(self) -> None:
        self.door, self.waiting = Lock(), 0
        self.passed = 0.0  # when the last turn was had, by the monotonic clock

    def begin(self, connection: Connection) -> None:
        """Open a transaction. Raises OperationalError when the writer's lock is not had in time."""
        if connection.get_execution_options().get("read_only", False):
            connection.exec_driver_sql("BEGIN")
            return
        self.waiting += 1
        try:
            self._begin_to_write(connection, time.monotonic())
        finally:
            self.waiting -= 1

    def _left(self, came: float) -> float:
        """Return how long whoever came then still waits, in seconds; none is left at 0."""
        if not has_request_context():
            until = came + TASK_WAITS
        else:
            until = came + VISITOR_WAITS
            if self.waiting > FEW:
                until = min(until, max(came, self.passed) + SOON)
        # On a busy host the time may be over before it is asked: a lock refuses to wait less than none.
        return max(0.0, until - time.monotonic())

    def _begin_to_write(self, connection: Connection, came: float) -> None:
        while not self.door.acquire(timeout=self._left(came)):
            if not self._left(came):  # and no turn has passed meanwhile
                locked = sqlite3.OperationalError("database is locked")
                raise OperationalError("BEGIN IMMEDIATE", None, locked)
        try:
            left = round(1000 * self._left(came))
            connection.exec_driver_sql(f"PRAGMA busy_timeout={left}")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            self.passed = time.monotonic()
        finally:
            self.door.release()


# Of a server that says nothing, in seconds: its address is tried so long; a connection without an
# answer is given up after so long (Linux; in milliseconds).
POSTGRESQL_WAITS = {
    "connect_timeout": 5,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
# A transaction in which nothing is said holds its locks so long at most, in seconds: the process that
# opened it is stuck, or its host is gone.
IDLE_IN_TRANSACTION = 120


def prepare_postgresql(engine: Engine) -> None:
    """Bound what PostgreSQL waits for: a row that somebody holds, somebody who says nothing more.

    As on SQLite, a visitor waits VISITOR_WAITS for a lock, then is told to come back; a task longer.
    """
    if engine.dialect.name != "postgresql":
        return
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _bound_the_visitor)


def _set_up(dbapi: DBAPIConnection, _record: object) -> None:
    cursor = dbapi.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_IN_TRANSACTION}s'")
    cursor.execute(f"SET lock_timeout = '{TASK_WAITS:.0f}s'")
    # It compiles questions that it thinks are long: a page of lists then waits for the compiler
    # many times longer than for the rows.
    cursor.execute("SET jit = off")
    cursor.close()
    dbapi.commit()


def _bound_the_visitor(connection: Connection) -> None:
    reads = connection.get_execution_options().get("read_only", False)
    if has_request_context() and not reads:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{VISITOR_WAITS}s'")


# PostgreSQL's code for a sentence that our own triggers raise: it holds no value.
RAISED_BY_US = "P0001"


def hide_values(engine: Engine) -> None:
    """Keep what a visitor typed out of database errors, which end in the log.

    SQLAlchemy's own list of parameters is hidden by an option of the engine. What is left is in
    PostgreSQL's message: « DETAIL: Key (email)=(…) already exists », « invalid input syntax: … ».
    """
    event.listen(engine, "handle_error", _forget_values)


def _forget_values(context: ExceptionContext) -> None:
    state = getattr(context.original_exception, "sqlstate", None)
    if state is None:
        return  # SQLite names the column, never the value
    diagnostic = getattr(context.original_exception, "diag", None)
    constraint = getattr(diagnostic, "constraint_name", None)
    said = f"SQLSTATE {state}" + (f", constraint {constraint}" if constraint else "")
    if state == RAISED_BY_US:
        said = f"{said}: {getattr(diagnostic, 'message_primary', '')}"
    context.original_exception.args = (said,)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (said,)


def reading(session: Session) -> Session:
    """The session, its transaction opened for reading only: it waits for no writer.

    Call it before the first query of a page that writes nothing.
    """
    session.connection(execution_options={"read_only": True})
    return session
