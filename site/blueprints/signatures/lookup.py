"""What is at the address of a result: the table first, then this host's verifier."""

from dataclasses import replace
from enum import Enum, auto

from communaute.blueprints.signatures import verifier
from communaute.domain import clock
from communaute.domain.signatures import results
from communaute.domain.signatures.report import from_wire
from communaute.domain.signatures.serve.client import Progress, VerifierAbsent
from communaute.extensions import db, reading
from communaute.wiring import current


class Found(Enum):
    """Why an address has no result to show."""

    NOTHING = auto()
    INTERRUPTED = auto()


def look_up(address: str, wait: float = 0.0) -> results.Result | Progress | Found:
    """What is at an address; waits `wait` seconds at most for what is being verified."""
    stored = stored_result(address)
    if stored is None:
        return Found.NOTHING
    if stored.report is not None:
        return stored
    try:
        progress = verifier.client().poll(address, wait)
    except VerifierAbsent:
        progress = Progress("unknown")
    if progress.status == "done":
        return _finished(stored, progress)
    if progress.status != "unknown":
        return progress
    # This host's verifier does not know the document: recorded meanwhile, elsewhere, or lost.
    again = stored_result(stored.address)
    if again is not None and again.report is not None:
        return again
    lost = stored.is_ours or stored.is_overdue(clock.now())
    return Found.INTERRUPTED if lost else Progress("running")


def look_up_batch(
    address: str,
) -> tuple[results.Batch, list[results.Result | Progress | Found]] | None:
    """The documents sent together under an address, and what is at the address of each."""
    try:
        batch = results.find_batch(reading(db.session()), address, clock.now())
    finally:
        db.session.rollback()
    if batch is None:
        return None
    return batch, [look_up(one) for _, one in batch.documents]


def stored_result(address: str) -> results.Result | None:
    """What the database has of an address; the transaction is over when it answers."""
    try:
        return results.find_result(reading(db.session()), address, clock.now(), current.host())
    finally:
        db.session.rollback()


def _finished(stored: results.Result, progress: Progress) -> results.Result:
    """The report as recorded, with its code; else as the verifier's memory has it.

    A verifier answers once its report is recorded. When the recorder is gone or too slow, the
    result is shown all the same, without a code to check a report by.
    """
    again = stored_result(stored.address)
    if again is not None and again.report is not None:
        return again
    return replace(stored, report=from_wire(progress.report or {}))
