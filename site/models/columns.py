"""Column types that several tables share."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, TypeDecorator


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
