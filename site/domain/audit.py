"""The audit log: to add an entry, to read, and how long entries are kept."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from communaute.domain.keeping import Holding, Rule, erased
from communaute.models.accounts import User
from communaute.models.audit import KEPT_DAYS, AuditEntry


PAGE = 200
KEPT = timedelta(days=KEPT_DAYS)
# The database refuses to erase an entry before KEPT: its clock may be behind ours.
CLOCKS_DIFFER = timedelta(days=1)
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
    return erased(session, delete(AuditEntry).where(AuditEntry.at < now - KEPT - CLOCKS_DIFFER))


def export_acts(session: Session, user: User) -> list[dict[str, Any]]:
    """What the audit log says this account did, and what was done to it."""
    about = or_(AuditEntry.actor == user.id, AuditEntry.target == f"user {user.id}")
    own = session.scalars(select(AuditEntry).where(about).order_by(AuditEntry.id))
    return [
        {"le": each.at.isoformat(), "acte": each.act, "sur": each.target, **each.details}
        for each in own
    ]


RULES = (
    Rule(
        name="audit",
        what=(
            "Le journal : les actes des personnes qui gèrent le site, sous le numéro de leur compte, et les "
            "envois falsifiés que le site a refusés."
        ),
        why="Savoir qui a fait quoi, et comprendre une attaque.",
        legal_basis="Sécurité du site (intérêt légitime).",
        how_long="{}.",
        periods=(KEPT,),
        purge=purge,
    ),
)
HOLDINGS = (
    Holding(
        "journal",
        export_acts,
        survives="Si vous avez un rôle de gestion : vos actes, {}, sous un numéro sans nom, parce qu’ils "
        "engagent le site.",
        periods=(KEPT,),
        tables=("audit_entry",),
    ),
)
