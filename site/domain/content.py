"""Who verified a page again, and when: entries of the audit log, so that nobody can change them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain import audit
from communaute.domain.errors import DomainError
from communaute.french.dates import in_paris
from communaute.models.accounts import User
from communaute.models.audit import AuditEntry


ACT = "content-verified"
LONGEST_NOTE = 200


class NothingVerified(DomainError):
    """A verification says what was compared with what."""


@dataclass(frozen=True, slots=True)
class Check:
    """A verification: when, by whom (the number of an erased account), against what."""

    on: date
    by: str
    note: str


def verified(session: Session, user: User, address: str, note: str, *, now: datetime) -> None:
    """Note that a person has read a page again against its sources. Raises NothingVerified."""
    said = " ".join(note.split())
    if not said:
        raise NothingVerified("Dites ce que vous avez comparé, par exemple « les sources 1 à 4 ».")
    if len(said) > LONGEST_NOTE:
        raise NothingVerified(f"Dites-le en {LONGEST_NOTE} caractères au plus.")
    audit.record(session, ACT, now=now, actor=user.id, target=address, details={"note": said})


def last_checks(session: Session) -> Mapping[str, Check]:
    """The last verification of each address that has one in the log."""
    rows = session.execute(
        select(AuditEntry, User.email)
        .outerjoin(User, User.id == AuditEntry.actor)
        .where(AuditEntry.act == ACT)
        .order_by(AuditEntry.id)
    )
    return {
        entry.target: Check(
            in_paris(entry.at).date(), email or f"compte n° {entry.actor}", entry.details["note"]
        )
        for entry, email in rows
    }
