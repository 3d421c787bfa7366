"""Column types that several tables share."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Dialect, TypeDecorator


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
