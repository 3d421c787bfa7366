"""Write the statuses that the intake tells of."""

from bisect import bisect_right
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from communaute.domain.structures import lifecycle
from communaute.domain.structures.events import EventKind
from communaute.domain.structures.intake import values
from communaute.domain.structures.intake.known import Known, KnownInvoice
from communaute.domain.structures.statuses import STATUSES
from communaute.models.structures import Event, Invoice, StatusChange


class StatusWriter:
    """Statuses of one batch, each put at its place in time.

    Chorus Pro may tell of the third step before the second, and need not tell of all: a status is
    refused only when no path of our table leads to it from the one before it in time, or from it to
    the one after.
    """

    def __init__(self, session: Session, known: Known, now: datetime, _base_url: str) -> None:
        self.session, self.known, self.now = session, known, now
        self.arrived: set[str] = set()
        self.rows: list[tuple[KnownInvoice, values.ToldStatus | values.ToldInvoice]] = []

    def write(self, told: values.ToldStatus) -> None:
        """Put a status in its invoice's history. Raises Waits (no such invoice), LineRefused."""
        invoice = self.known.invoice(told)
        if invoice is None:
            year = f" {told.year}" if told.year else ""
            raise values.Waits(
                f"invoice {told.sender.digits} {told.number}{year}",
                f"La facture {told.number} de {told.sender} n’est pas encore connue : la ligne attend "
                "qu’elle arrive.",
            )
        self.place(invoice, told)

    def place(self, invoice: KnownInvoice, told: values.ToldStatus | values.ToldInvoice) -> None:
        """Put what is told at its moment among the statuses of an invoice. Raises LineRefused."""
        history = invoice.history
        if (told.at, told.status.code) in history:
            return
        place = bisect_right([at for at, _ in history], told.at)
        if place:
            _check(history[place - 1][1], told.status.code)
        if place < len(history):
            _check(told.status.code, history[place][1])
        history.insert(place, (told.at, told.status.code))
        self.rows.append((invoice, told))

    def flush(self) -> None:
        """Write the rows, in three statements whatever their number."""
        if not self.rows:
            return
        self.session.execute(insert(StatusChange), [self._row(*one) for one in self.rows])
        self.session.execute(insert(Event), [e for one in self.rows for e in self._events(*one)])
        latest = {
            invoice.id: {
                "id": invoice.id,
                "status_at": invoice.history[-1][0],
                "status": invoice.history[-1][1],
            }
            for invoice, _ in self.rows
        }
        self.session.execute(update(Invoice), list(latest.values()))

    def _row(
        self, invoice: KnownInvoice, told: values.ToldStatus | values.ToldInvoice
    ) -> dict[str, Any]:
        return {
            "invoice_id": invoice.id,
            "status": told.status.code,
            "at": told.at,
            "recorded_at": self.now,
            "user_id": None,
            "reason": told.reason,
        }

    def _events(
        self, invoice: KnownInvoice, told: values.ToldStatus | values.ToldInvoice
    ) -> list[dict[str, Any]]:
        return [
            {
                "at": self.now,
                "kind": EventKind.INVOICE_STATUS,
                "structure_id": structure_id,
                "invoice_id": invoice.id,
                "user_id": None,
                "details": {"number": invoice.number, "status": told.status.code},
            }
            for structure_id in (invoice.sender_id, invoice.recipient_id)
        ]


def _check(before: str, after: str) -> None:
    if not lifecycle.may_have_followed(before, after):
        raise values.LineRefused(
            f"Une facture « {STATUSES[before].label} » ne devient pas "
            f"« {STATUSES[after].label} » : aucune suite de statuts ne mène de l’un à l’autre. "
            f"{lifecycle.OWN_RULE}"
        )
