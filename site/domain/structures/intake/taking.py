"""Take a batch of events: structures first, then invoices, then statuses, each in order of time.

So the order of the lines does not matter. What is about something not known yet is kept, and applied
when that comes. A refused line writes nothing; the whole batch is one transaction, the caller's.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from communaute.domain.structures.intake import values
from communaute.domain.structures.intake.known import Known, read_known
from communaute.domain.structures.intake.lines import identifier, read
from communaute.domain.structures.intake.writers import InvoiceWriter, StatusWriter, StructureWriter
from communaute.models.structures import IntakeEvent


# Two intakes at once would take the same identifier twice; SQLite has one writer already.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(4190412)"
# As many as SQLite takes in one statement, with room to spare.
BATCH = 1_000
# What is kept of an event that waits: never a field that nobody asked for.
KEPT = {
    *("id", "type", "at", "number", "sender", "recipient", "service", "amount", "issued_on"),
    *("status", "reason", "year"),
}
WRITERS = (
    (values.ToldStructure, StructureWriter),
    (values.ToldInvoice, InvoiceWriter),
    (values.ToldStatus, StatusWriter),
)


@dataclass
class Batch:
    """A batch being taken: what is known, what came, what is remembered of each event."""

    session: Session
    known: Known
    now: datetime
    base_url: str
    arrived: set[str] = field(default_factory=set)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def apply(self, told: Sequence[values.Told]) -> dict[str, values.Outcome]:
        """Apply events whose identifiers differ; what became of each, by identifier."""
        outcomes: dict[str, values.Outcome] = {}
        for kind, writing in WRITERS:
            mine = sorted((one for one in told if isinstance(one, kind)), key=lambda one: one.at)
            writer: Any = writing(self.session, self.known, self.now, self.base_url)
            for one in mine:
                outcomes[one.id] = self._write(writer, one)
            writer.flush()
            self.arrived |= writer.arrived
        return outcomes

    def _write(self, writer: Any, one: values.Told) -> values.Outcome:  # noqa: ANN401  # one of three writers
        row = {"id": one.id, "taken_at": self.now, "waiting": None, "waits_for": None}
        try:
            writer.write(one)
        except values.LineRefused as refused:
            return values.Outcome(one.id, values.Result.REFUSED, str(refused))
        except values.Waits as waits:
            known = {name: value for name, value in one.raw.items() if name in KEPT}
            kept = json.loads(json.dumps(known, default=str))
            self.rows.append({**row, "waiting": kept, "waits_for": waits.on})
            return values.Outcome(one.id, values.Result.WAITING, str(waits))
        self.rows.append(row)
        return values.Outcome(one.id, values.Result.ACCEPTED)


def take(
    session: Session, events: Sequence[object], *, base_url: str, now: datetime
) -> list[values.Outcome]:
    """Take events, at most BATCH; answers one outcome each, in the order given.

    Outcomes of events that waited, and that this batch let be applied or refused, come after. An
    identifier is taken once: the same again is a duplicate and changes nothing. A refused one is not
    remembered: it may be sent again, corrected.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(ONE_AT_A_TIME))
    outcomes, told = _read_all(events, now)
    batch = Batch(session, read_known(session, list(told.values())), now, base_url)
    # An identifier was taken before, or higher in this batch: the first is told.
    fresh: dict[int, values.Told] = {}
    for place, one in told.items():
        if one.id in batch.known.taken:
            outcomes[place] = values.Outcome(one.id, values.Result.DUPLICATE)
        else:
            batch.known.taken.add(one.id)
            fresh[place] = one
    became = batch.apply(list(fresh.values()))
    outcomes |= {place: became[one.id] for place, one in fresh.items()}
    if batch.rows:
        session.execute(insert(IntakeEvent), batch.rows)
    return [outcomes[place] for place in range(len(events))] + _apply_waiting(batch)


def _read_all(
    events: Sequence[object], now: datetime
) -> tuple[dict[int, values.Outcome], dict[int, values.Told]]:
    """What is refused at once, and the others, by their place."""
    outcomes: dict[int, values.Outcome] = {}
    told: dict[int, values.Told] = {}
    for place, event in enumerate(events):
        try:
            told[place] = read(event, now)
        except values.LineRefused as refused:
            outcomes[place] = values.Outcome(identifier(event), values.Result.REFUSED, str(refused))
    return outcomes, told


def _apply_waiting(batch: Batch) -> list[values.Outcome]:
    """Apply what waited for what has come, then what waited for that."""
    session, late, arrived = batch.session, list[values.Outcome](), batch.arrived
    while arrived:
        wanted = IntakeEvent.waits_for.in_(arrived)
        found = session.scalars(select(IntakeEvent).where(wanted).limit(BATCH)).all()
        if not found:
            break
        told = [read(one.waiting, batch.now) for one in found]
        again = Batch(session, read_known(session, told), batch.now, batch.base_url)
        became = again.apply(told)
        _remember(session, again.rows, became)
        settled = [one for one in became.values() if one.result is not values.Result.WAITING]
        late += settled
        # What now waits for something else, which has not come either: the next looked at differ.
        elsewhere = [row for row in again.rows if row["waits_for"]]
        if not settled and all(row["waits_for"] in arrived for row in elsewhere):
            break
        arrived = arrived | again.arrived
    return late


def _remember(
    session: Session, rows: list[dict[str, Any]], became: dict[str, values.Outcome]
) -> None:
    """Note what has been applied, what waits for something else, what turned out to be refused."""
    changes = [{name: row[name] for name in ("id", "waiting", "waits_for")} for row in rows]
    noted = {row["id"] for row in rows}
    changes += [
        {"id": one, "waiting": None, "waits_for": None} for one in became if one not in noted
    ]
    session.execute(update(IntakeEvent), changes)
