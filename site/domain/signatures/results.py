"""Results that any web process can show for 15 minutes, and the proofs that stay."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from communaute.domain.signatures.codes import new_code
from communaute.domain.signatures.report_wire import from_wire, to_wire
from communaute.domain.signatures.values import DocumentReport, ListInfo
from communaute.models.signatures import Verification, VerificationResult


# Our own rules, said on the page /donnees-personnelles (see retention.py).
RESULT_KEPT = timedelta(minutes=15)
VERIFICATION_KEPT = timedelta(days=5 * 365)
LIST_OF_LISTS = "EU"


@dataclass(frozen=True, slots=True)
class Result:
    """One verification as its address shows it: a report, or none yet."""

    address: str
    submitted_at: datetime
    report: DocumentReport | None
    code: str | None
    is_ours: bool
    """Whether this host's verifier has the document."""

    @property
    def expires_at(self) -> datetime:
        """When it can no longer be read."""
        return self.submitted_at + RESULT_KEPT


def expect_result(session: Session, address: str, now: datetime) -> None:
    """Note that a document was handed to this host's verifier; commits."""
    _row(session, address, now).verifier = socket.gethostname()
    _commit_once_more(session, lambda: expect_result(session, address, now))


def record_result(
    session: Session, address: str, wire: Mapping[str, Any], now: datetime
) -> DocumentReport:
    """Keep a report (wire form) where every web process reads it, and its proof; commits.

    Safe to call twice. Raises ValueError when `wire` is no report.
    """
    report = from_wire(wire)
    row = _row(session, address, now)
    if row.report is None:
        row.report = to_wire(report)
        row.code = _prove(session, report, now)
        _commit_once_more(session, lambda: record_result(session, address, wire, now))
    return report


def find_result(session: Session, address: str, now: datetime) -> Result | None:
    """The result of an address; None when there is none or its 15 minutes are over."""
    row = session.get(VerificationResult, address)
    if row is None or now >= row.submitted_at + RESULT_KEPT:
        return None
    report = from_wire(row.report) if row.report is not None else None
    ours = row.verifier == socket.gethostname()
    return Result(address, row.submitted_at, report, row.code, ours)


def find_verification(session: Session, code: str, now: datetime) -> Verification | None:
    """What was proved under a code (see codes.py), while it is kept."""
    found = session.get(Verification, code)
    return found if found and found.verified_at > now - VERIFICATION_KEPT else None


def erase_results(session: Session, now: datetime) -> int:
    """Erase the results whose 15 minutes are over; answers how many."""
    past = delete(VerificationResult).where(VerificationResult.submitted_at <= now - RESULT_KEPT)
    return cast(CursorResult[Any], session.execute(past)).rowcount


def erase_verifications(session: Session, now: datetime) -> int:
    """Erase the proofs kept long enough; answers how many."""
    past = delete(Verification).where(Verification.verified_at <= now - VERIFICATION_KEPT)
    return cast(CursorResult[Any], session.execute(past)).rowcount


def list_of_lists(lists: tuple[ListInfo, ...]) -> ListInfo | None:
    """The European list of lists among those in use, else the newest; None without any."""
    used = [one for one in lists if one.refused is None]
    top = [one for one in used if one.territory == LIST_OF_LISTS]
    return max(top or used, key=lambda one: one.issued_at, default=None)


def _row(session: Session, address: str, now: datetime) -> VerificationResult:
    row = session.get(VerificationResult, address)
    if row is None:
        row = VerificationResult(address=address, verifier="", submitted_at=now)
        session.add(row)
    return row


def _commit_once_more(session: Session, again: Any) -> None:  # noqa: ANN401
    """Commit; when the other side made the row meanwhile (PostgreSQL), do it again on that row."""
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        again()


def _prove(session: Session, report: DocumentReport, now: datetime) -> str | None:
    """Keep what a printed report can be checked against; nothing for a file without verdict."""
    if report.verdict is None:
        return None
    top = list_of_lists(report.lists)
    proof = Verification(
        code=new_code(),
        sha256=report.sha256,
        verdict=report.verdict.value,
        sub_indication=report.sub_indication.value if report.sub_indication else None,
        acceptable=report.acceptable,
        signature_count=len(report.signatures),
        lists_issued_at=top.issued_at if top else None,
        lists_number=top.sequence_number if top else None,
        verified_at=report.verified_at or now,
    )
    session.add(proof)
    return proof.code
