"""The answers of the verifier in one table, so that any web process of any host gives them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from communaute.domain.signatures.report_wire import from_wire
from communaute.domain.signatures.values import DocumentReport
from communaute.models.signatures import VerificationResult


KEPT = timedelta(minutes=15)
ANSWERED_WITHIN = timedelta(minutes=5)
"""Six documents of at most 85 s each, two at a time: later, the verifier was stopped."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """What is known of an address: its report, or that it is still awaited."""

    report: DocumentReport | None
    lost: bool = False
    """The verifier stopped before it answered: the visitor has to submit again."""


def expect_result(session: Session, address: str, now: datetime) -> None:
    """Note that an answer is awaited at an address, unless it came already."""
    if session.get(VerificationResult, address) is None:
        session.add(VerificationResult(id=address, report=None, submitted_at=now))


def keep_result(
    session: Session, address: str, report: Mapping[str, object], now: datetime
) -> None:
    """Keep the answer of an address."""
    session.merge(VerificationResult(id=address, report=dict(report), submitted_at=now))


def find_result(session: Session, address: str, now: datetime) -> Awaited | None:
    """What is known of an address; None when it never was one or its 15 minutes are over."""
    row = session.get(VerificationResult, address)
    if row is None or now - row.submitted_at >= KEPT:
        return None
    if row.report is None:
        return Awaited(None, lost=now - row.submitted_at >= ANSWERED_WITHIN)
    return Awaited(from_wire(row.report))


def purge_results(session: Session, now: datetime) -> int:
    """Erase the answers whose 15 minutes are over; say how many."""
    past = delete(VerificationResult).where(VerificationResult.submitted_at <= now - KEPT)
    return cast(CursorResult[Any], session.execute(past)).rowcount
