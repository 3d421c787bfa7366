"""Write the invoices that the intake tells of."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from communaute.domain.structures.events import EventKind
from communaute.domain.structures.intake.known import Known, KnownInvoice
from communaute.domain.structures.intake.told_statuses import StatusWriter
from communaute.domain.structures.intake.values import LineRefused, ToldInvoice, Waits
from communaute.domain.structures.numbers import Siret
from communaute.models.structures import Event, Invoice, StatusChange, Structure


class InvoiceWriter:
    """Invoices of one batch: new ones with their first status, and those sent elsewhere since."""

    def __init__(self, session: Session, known: Known, now: datetime, base_url: str) -> None:
        self.session, self.known, self.now = session, known, now
        self.arrived: set[str] = set()
        self.new: list[tuple[KnownInvoice, ToldInvoice, dict[str, Any]]] = []
        self.moved: dict[int, dict[str, Any]] = {}
        self.steps = StatusWriter(session, known, now, base_url)

    def write(self, told: ToldInvoice) -> None:
        """Add or update. Raises Waits (a structure is not known), LineRefused (another amount)."""
        sender, recipient = self._structure(told.sender), self._structure(told.recipient)
        same = [
            one
            for one in self.known.invoices[sender.id, told.number]
            if one.year == told.issued_on.year
        ]
        if same:
            self._update(same[0], told, recipient)
        else:
            self._add(told, sender, recipient)

    def flush(self) -> None:
        """Write the rows, in as many statements whatever their number."""
        if self.new:
            rows = [row for _, _, row in self.new]
            ids = self.session.scalars(
                insert(Invoice).returning(Invoice.id, sort_by_parameter_order=True), rows
            )
            for (known, _, _), invoice_id in zip(self.new, ids.all(), strict=True):
                known.id = invoice_id
            self.session.execute(insert(StatusChange), [self._first(*one) for one in self.new])
            self.session.execute(insert(Event), [self._event(one[0]) for one in self.new])
        if self.moved:
            self.session.execute(update(Invoice), list(self.moved.values()))
        self.steps.flush()

    def _structure(self, siret: Siret) -> Structure:
        found = self.known.structure(siret)
        if found is None:
            raise Waits(
                f"structure {siret.digits}",
                f"La structure {siret} n’est pas encore connue : la ligne attend qu’elle arrive.",
            )
        return found

    def _add(self, told: ToldInvoice, sender: Structure, recipient: Structure) -> None:
        year = told.issued_on.year
        known = KnownInvoice(0, year, sender.id, recipient.id, told.number, told.amount, told.at)
        known.history.append((told.at, told.status.code))
        row = {
            "number": told.number,
            "year": year,
            "sender_id": sender.id,
            "recipient_id": recipient.id,
            "service_code": told.service,
            "amount": told.amount,
            "issued_on": told.issued_on,
            "status": told.status.code,
            "status_at": told.at,
            "told_at": told.at,
        }
        self.known.invoices[sender.id, told.number].append(known)
        self.new.append((known, told, row))
        name = f"invoice {told.sender.digits} {told.number}"
        self.arrived |= {name, f"{name} {year}"}

    def _update(self, known: KnownInvoice, told: ToldInvoice, recipient: Structure) -> None:
        """The amount never changes (a wrong one is rejected); the address may, to be recycled.

        A status told with it takes its place in time, as if it were told alone.
        """
        if known.amount != told.amount:
            raise LineRefused(
                "Cette facture est connue avec un autre montant. Un montant ne change pas : une facture "
                "fausse est rejetée, une nouvelle porte un nouveau numéro."
            )
        earlier = not known.history or told.at < known.history[0][0]
        if earlier or "status" in told.raw:
            self.steps.place(known, told)
        if known.told_at and told.at <= known.told_at:
            return
        known.recipient_id, known.told_at = recipient.id, told.at
        change = {
            "recipient_id": recipient.id,
            "service_code": told.service,
            "told_at": told.at,
        }
        if known.id:
            self.moved[known.id] = {"id": known.id, **change}
        else:
            next(row for one, _, row in self.new if one is known).update(change)

    def _first(self, known: KnownInvoice, told: ToldInvoice, _row: object) -> dict[str, Any]:
        return {
            "invoice_id": known.id,
            "status": told.status.code,
            "at": told.at,
            "recorded_at": self.now,
            "user_id": None,
            "reason": told.reason,
        }

    def _event(self, known: KnownInvoice) -> dict[str, Any]:
        return {
            "at": self.now,
            "kind": EventKind.INVOICE_RECEIVED,
            "structure_id": known.recipient_id,
            "invoice_id": known.id,
            "user_id": None,
            "details": {"number": known.number},
        }
