"""What the database knows of a batch of events: read once, in a few queries, then kept up to date."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute import models
from communaute.domain.structures.intake import values
from communaute.domain.structures.numbers import Siret


@dataclass
class KnownInvoice:
    """An invoice's row, and its statuses in order of time."""

    id: int
    year: int
    sender_id: int
    recipient_id: int
    number: str
    amount: Decimal
    told_at: datetime | None
    history: list[tuple[datetime, str]] = field(default_factory=list)


@dataclass
class Known:
    """Structures by SIRET, invoices by sender and number, identifiers already taken."""

    structures: dict[str, models.Structure] = field(default_factory=dict)
    invoices: defaultdict[tuple[int, str], list[KnownInvoice]] = field(
        default_factory=lambda: defaultdict(list)
    )
    taken: set[str] = field(default_factory=set)

    def structure(self, siret: Siret) -> models.Structure | None:
        """The structure, when something else than a declaration knows it."""
        found = self.structures.get(siret.digits)
        return found if found and found.origin != models.Origin.DECLARED else None

    def invoice(self, told: values.ToldStatus) -> KnownInvoice | None:
        """The invoice a status is about, or None. Raises LineRefused when there are several."""
        sender = self.structures.get(told.sender.digits)
        if sender is None:
            return None
        found = [
            one for one in self.invoices[sender.id, told.number] if told.year in (None, one.year)
        ]
        if len(found) > 1:
            years = ", ".join(str(one.year) for one in found)
            raise values.LineRefused(
                f"Plusieurs factures portent ce numéro ({years}) : précisez « year »."
            )
        return found[0] if found else None


def read_known(session: Session, events: Sequence[values.Told]) -> Known:
    """Read what a batch is about. The number of queries does not grow with the batch."""
    known = Known()
    known.taken = set(
        session.scalars(
            select(models.IntakeEvent.id).where(
                models.IntakeEvent.id.in_([one.id for one in events])
            )
        )
    )
    sirets = set()
    for one in events:
        sirets.add((one.siret if isinstance(one, values.ToldStructure) else one.sender).digits)
        if isinstance(one, values.ToldInvoice):
            sirets.add(one.recipient.digits)
    wanted = select(models.Structure).where(
        models.Structure.siret.in_(sirets), models.Structure.practice_id.is_(None)
    )
    known.structures = {one.siret: one for one in session.scalars(wanted)}
    numbers = {one.number for one in events if not isinstance(one, values.ToldStructure)}
    _read_invoices(session, known, numbers)
    return known


def _read_invoices(session: Session, known: Known, numbers: set[str]) -> None:
    senders = [one.id for one in known.structures.values()]
    columns = (
        models.Invoice.id,
        models.Invoice.year,
        models.Invoice.sender_id,
        models.Invoice.recipient_id,
        models.Invoice.number,
        models.Invoice.amount,
        models.Invoice.told_at,
    )
    which = (models.Invoice.sender_id.in_(senders), models.Invoice.number.in_(numbers))
    by_id: dict[int, KnownInvoice] = {}
    for row in session.execute(select(*columns).where(*which)):
        by_id[row.id] = one = KnownInvoice(*row)
        known.invoices[one.sender_id, one.number].append(one)
    history = (
        select(models.StatusChange.invoice_id, models.StatusChange.at, models.StatusChange.status)
        .join(models.Invoice, models.Invoice.id == models.StatusChange.invoice_id)
        .where(*which)
        .order_by(models.StatusChange.invoice_id, models.StatusChange.at, models.StatusChange.id)
    )
    for invoice_id, at, status in session.execute(history):
        by_id[invoice_id].history.append((at, status))
