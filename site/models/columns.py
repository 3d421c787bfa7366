"""What several tables share: column types, and how a row is made once."""

from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import JSON, Column, DateTime, Dialect, Executable, Table, TypeDecorator
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from communaute.extensions import Base


class Moment(TypeDecorator[datetime]):
    """A moment, always in UTC and aware, on SQLite as on PostgreSQL.

    SQLite keeps no zone: a naive value read back would compare wrongly with an aware one.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment (ValueError), keep the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone is not kept")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def insert_once(session: Session, model: type[Base], *, tells: bool = False) -> Executable:
    """An INSERT that leaves a row already there alone, without an error that would end the act.

    With `tells`, its result has a line for each row that it made.
    """
    return _insert_once(session.get_bind().dialect.name, model, tells)


@cache  # made again for each row, it costs more than the database's own work
def _insert_once(dialect: str, model: type[Base], tells: bool) -> Executable:
    table = cast(Table, model.__table__)
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    once = insert(table).on_conflict_do_nothing()
    return once.returning(table.c.id) if tells else once


def render_in_migrations(kind: str, column_type: object, _context: object) -> str | bool:
    """Alembic's `render_item`: a migration names the column's own type, never a class of ours.

    False leaves the rendering to Alembic.
    """
    if kind == "type" and isinstance(column_type, Moment):
        return "sa.DateTime(timezone=True)"
    return False


def compare_defaults(
    _context: object,
    _in_database: object,
    in_model: Column[Any],
    known: str | None,
    _clause: object,
    wanted: str | None,
) -> bool | None:
    """Alembic's `compare_server_default`: PostgreSQL compares no two values of type `json`.

    None leaves every other type to Alembic.
    """
    if not isinstance(in_model.type, JSON):
        return None
    return (known or "").partition("::")[0].strip("'") != (wanted or "").strip("'")
