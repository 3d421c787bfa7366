"""The audit log: one verb to add, one to read, one to erase what is past its time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.orm import Session

from communaute.models.audit import KEPT_DAYS, AuditEntry


PAGE = 200
# A day more than the database's own guard, so that the two never quarrel over a clock.
KEPT = timedelta(days=KEPT_DAYS + 1)
# How many refusals of one account are noted in an hour: the log must not be a target.
REFUSALS_NOTED = 50


def record(
    session: Session,
    act: str,
    *,
    now: datetime,
    actor: int | None = None,
    target: str = "",
    details: Mapping[str, str] | None = None,
) -> None:
    """Note an act in the session's transaction: it is noted if it is done, and not otherwise.

    `act` is a word of ours (`role-granted`), `target` what it was done to; no personal data in
    `details`.
    """
    entry = AuditEntry(
        at=now, actor=actor, act=act, target=target[:200], details=dict(details or {})
    )
    session.add(entry)


def record_refusal(session: Session, act: str, *, now: datetime, actor: int, target: str) -> None:
    """Note a forged request that a rule has refused, and commit that alone.

    What the session held is rolled back first: a refused act leaves nothing else behind.
    """
    session.rollback()
    recent = select(func.count()).where(
        AuditEntry.actor == actor,
        AuditEntry.act == act,
        AuditEntry.at > now - timedelta(hours=1),
    )
    if (session.scalar(recent) or 0) < REFUSALS_NOTED:
        record(session, act, now=now, actor=actor, target=target)
    session.commit()


def latest(
    session: Session, *, act: str = "", before: int | None = None, limit: int = PAGE
) -> list[AuditEntry]:
    """The latest entries; of one act if one is given, older than the entry `before` if one is."""
    found = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if act:
        found = found.where(AuditEntry.act == act)
    if before is not None:
        found = found.where(AuditEntry.id < before)
    return list(session.scalars(found))


def acts(session: Session) -> list[str]:
    """The kinds of acts there are in the log."""
    return list(session.scalars(select(AuditEntry.act).distinct().order_by(AuditEntry.act)))


def purge(session: Session, now: datetime) -> int:
    """Erase entries past KEPT; answers how many."""
    past = delete(AuditEntry).where(AuditEntry.at < now - KEPT)
    return cast(CursorResult[Any], session.execute(past)).rowcount
