"""The verifier process as the doors see it: its lists, and what is at the address of a result."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from pathlib import Path

import msgspec

from communaute.domain import clock
from communaute.domain.signatures import results
from communaute.domain.signatures.facts import ListInfo
from communaute.domain.signatures.report import from_wire
from communaute.domain.signatures.serve.client import Progress, VerifierAbsent, VerifierClient
from communaute.extensions import db, reading
from communaute.wiring import current


def client() -> VerifierClient:
    """A client of this host's verifier."""
    return VerifierClient(Path(current.settings().verifier_socket))


def largest_document() -> int:
    """The largest document accepted, in bytes."""
    return current.settings().signature_bytes


@dataclass(frozen=True, slots=True)
class Lists:
    """The trusted lists in use, as the page and readiness show them."""

    up: bool
    infos: tuple[ListInfo, ...] = ()

    @property
    def used(self) -> tuple[ListInfo, ...]:
        """The lists that were taken."""
        return tuple(one for one in self.infos if one.refused is None)

    @property
    def refused(self) -> tuple[ListInfo, ...]:
        """The lists that were not taken: the signers of these countries are not recognised."""
        return tuple(one for one in self.infos if one.refused is not None)

    @property
    def top(self) -> ListInfo | None:
        """The European list of lists."""
        return results.list_of_lists(self.infos)

    def late(self, now: datetime) -> tuple[ListInfo, ...]:
        """The lists in use that announced a newer one for a day that is past."""
        return late(self.infos, now)


def late(infos: tuple[ListInfo, ...], now: datetime) -> tuple[ListInfo, ...]:
    """The lists in use whose next update is past."""
    return tuple(
        one for one in infos if one.refused is None and one.next_update and one.next_update < now
    )


def lists() -> Lists:
    """Ask the verifier which lists it uses; `up` is False when it does not answer."""
    try:
        return Lists(True, msgspec.convert(client().state()["lists"], tuple[ListInfo, ...]))
    except VerifierAbsent:
        return Lists(False)
    except (KeyError, msgspec.ValidationError):  # a verifier of another version: it still answers
        return Lists(True)


def note() -> dict[str, object]:
    """What readiness says: never a reason to take this web process out, pages do without."""
    found = lists()
    if not found.up:
        return {"verifier": "no answer on VERIFIER_SOCKET: run `flask signatures serve`"}
    return {
        "verifier": "ok",
        "late": len(found.late(clock.now())),
        "lists": [_noted(one) for one in found.infos],
    }


def _noted(one: ListInfo) -> dict[str, object]:
    return {
        "territory": one.territory,
        "number": one.sequence_number,
        "issued_at": one.issued_at.isoformat(),
        "next_update": one.next_update.isoformat() if one.next_update else None,
        "refused": one.refused,
    }


# What is at the address of a result: the table first, then this host's verifier.


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
        progress = client().poll(address, wait)
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
