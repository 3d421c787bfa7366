"""The audit log: what staff did, and forged requests that were refused. Only added to."""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, JSON, String, event
from sqlalchemy.orm import Mapped, mapped_column

from communaute.extensions import Model
from communaute.models.columns import Moment


# No entry younger than this may be deleted, by anybody.
KEPT_DAYS = 365


class AuditEntry(Model):
    """One act. `actor` is the account's number, or None for a visitor or the command line."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    actor: Mapped[int | None] = mapped_column(index=True)
    act: Mapped[str] = mapped_column(String(60), index=True)
    target: Mapped[str] = mapped_column(String(200), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


SQLITE_GUARDS = (
    "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END",
    "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry "
    f"WHEN julianday('now') - julianday(OLD.at) < {KEPT_DAYS} "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END",
)
POSTGRESQL_GUARDS = (
    "CREATE FUNCTION audit_entry_guard() RETURNS trigger AS $$ BEGIN "
    f"IF TG_OP = 'DELETE' AND OLD.at < now() - interval '{KEPT_DAYS} days' THEN RETURN OLD; END IF; "
    "RAISE EXCEPTION 'the audit log is only added to'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER audit_entry_only_added_to BEFORE UPDATE OR DELETE ON audit_entry "
    "FOR EACH ROW EXECUTE FUNCTION audit_entry_guard()",
)
for _guards, _dialect in ((SQLITE_GUARDS, "sqlite"), (POSTGRESQL_GUARDS, "postgresql")):
    for _statement in _guards:
        event.listen(
            AuditEntry.__table__,
            "after_create",
            DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )
event.listen(
    AuditEntry.__table__,
    "after_drop",
    DDL("DROP FUNCTION IF EXISTS audit_entry_guard()").execute_if(dialect="postgresql"),  # type: ignore[no-untyped-call]
)
