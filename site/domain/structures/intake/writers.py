"""Write what the intake tells of: structures, invoices, statuses; the rows of a batch together."""

from bisect import bisect_right
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from communaute import models
from communaute.domain.structures import attaching, lifecycle
from communaute.domain.structures.events import EventKind
from communaute.domain.structures.intake import values
from communaute.domain.structures.intake.known import Known, KnownInvoice
from communaute.domain.structures.numbers import Siret
from communaute.domain.structures.statuses import STATUSES
from communaute.mailing import outbox
from communaute.mailing.messages import structures as messages


class Writer:
    """What a batch tells of one kind: each thing looked at in its turn, then written together."""

    def __init__(self, session: Session, known: Known, now: datetime, base_url: str) -> None:
        self.session, self.known, self.now, self.base_url = session, known, now, base_url
        # What has come, in the words of what waits for it.
        self.arrived: set[str] = set()

    def step(
        self, invoice: KnownInvoice, told: values.ToldStatus | values.ToldInvoice
    ) -> dict[str, Any]:
        """The row of a status that is told."""
        return {
            "invoice_id": invoice.id,
            "status": told.status.code,
            "at": told.at,
            "recorded_at": self.now,
            "user_id": None,
            "reason": told.reason,
        }

    def event(
        self, kind: EventKind, invoice: KnownInvoice, structure_id: int, **details: str
    ) -> dict[str, Any]:
        """The row of an event about an invoice, for one of its structures."""
        return {
            "at": self.now,
            "kind": kind,
            "structure_id": structure_id,
            "invoice_id": invoice.id,
            "user_id": None,
            "details": {"number": invoice.number, **details},
        }


class StructureWriter(Writer):
    """Structures of one batch: new ones, and what has changed of the others."""

    def __init__(self, session: Session, known: Known, now: datetime, base_url: str) -> None:
        super().__init__(session, known, now, base_url)
        self.services: dict[str, tuple[values.ToldService, ...]] = {}
        ids = [one.id for one in known.structures.values() if not one.active]
        replaced = select(models.SiretChange.old_id).where(models.SiretChange.old_id.in_(ids))
        self.replaced = set(session.scalars(replaced)) if ids else set()

    def write(self, told: values.ToldStructure) -> None:
        """Add or update; what is older than what is known changes nothing. Raises LineRefused."""
        found = self.known.structures.get(told.siret.digits)
        if found is None:
            found = models.Structure(
                siret=told.siret.digits, origin=models.Origin.INTAKE, created_at=self.now
            )
            self.known.structures[found.siret] = found
            self.session.add(found)
        elif told.active and found.id in self.replaced:
            raise values.LineRefused(
                "Cette structure a changé de SIRET ici : elle ne redevient pas active. Parlez du "
                "nouveau SIRET."
            )
        elif found.origin == models.Origin.DECLARED:
            self._known_at_last(found)
        if found.told_at and told.at <= found.told_at:
            return
        found.name, found.nature, found.told_at = told.name, told.nature, told.at
        found.local_authority, found.active = told.local_authority, told.active
        found.verified_at = found.verified_at or self.now
        self.arrived.add(f"structure {found.siret}")
        if told.services is not None:
            self.services[found.siret] = told.services

    def flush(self) -> None:
        """Write the rows; services that are no longer told of go."""
        self.session.flush()
        for siret, told in self.services.items():
            structure_id = self.known.structures[siret].id
            here = select(models.Service).where(models.Service.structure_id == structure_id)
            left = {one.code: one for one in self.session.scalars(here)}
            for one in told:
                row = left.pop(one.code, None)
                row = row or models.Service(structure_id=structure_id, code=one.code)
                row.name, row.active = one.name, one.active
                self.session.add(row)
            for row in left.values():
                self.session.delete(row)

    def _known_at_last(self, found: models.Structure) -> None:
        """A structure somebody had declared: who they said they were is to be confirmed.

        Otherwise declaring a stranger's SIRET early would open that stranger's invoices.
        """
        found.origin = models.Origin.INTAKE
        attached = select(models.Membership).where(
            models.Membership.structure_id == found.id,
            models.Membership.state == models.MembershipState.ACTIVE,
        )
        for membership in self.session.scalars(attached):
            membership.state, membership.decided_at = models.MembershipState.PENDING, None
            message = messages.attachment_to_confirm(
                to=membership.user.contact_address,
                structure=attaching.named(found),
                link=attaching.structures_page(self.base_url),
            )
            key = f"attachment-to-confirm-{membership.id}-{uuid4().hex}"
            outbox.post(self.session, message, key=key, due=self.now)


class InvoiceWriter(Writer):
    """Invoices of one batch: new ones with their first status, and those sent elsewhere since."""

    def __init__(self, session: Session, known: Known, now: datetime, base_url: str) -> None:
        super().__init__(session, known, now, base_url)
        self.new: list[tuple[KnownInvoice, values.ToldInvoice, dict[str, Any]]] = []
        self.moved: dict[int, dict[str, Any]] = {}
        self.steps = StatusWriter(session, known, now, base_url)

    def write(self, told: values.ToldInvoice) -> None:
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
                insert(models.Invoice).returning(models.Invoice.id, sort_by_parameter_order=True),
                rows,
            )
            for (known, _, _), invoice_id in zip(self.new, ids.all(), strict=True):
                known.id = invoice_id
            self.session.execute(
                insert(models.StatusChange),
                [self.step(known, told) for known, told, _ in self.new],
            )
            self.session.execute(
                insert(models.Event),
                [
                    self.event(EventKind.INVOICE_RECEIVED, known, known.recipient_id)
                    for known, _, _ in self.new
                ],
            )
        if self.moved:
            self.session.execute(update(models.Invoice), list(self.moved.values()))
        self.steps.flush()

    def _structure(self, siret: Siret) -> models.Structure:
        found = self.known.structure(siret)
        if found is None:
            raise values.Waits(
                f"structure {siret.digits}",
                f"La structure {siret} n’est pas encore connue : la ligne attend qu’elle arrive.",
            )
        return found

    def _add(
        self, told: values.ToldInvoice, sender: models.Structure, recipient: models.Structure
    ) -> None:
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

    def _update(
        self, known: KnownInvoice, told: values.ToldInvoice, recipient: models.Structure
    ) -> None:
        """The amount never changes (a wrong one is rejected); the address may, to be recycled.

        A status told with it takes its place in time, as if it were told alone.
        """
        if known.amount != told.amount:
            raise values.LineRefused(
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


class StatusWriter(Writer):
    """Statuses of one batch, each put at its place in time.

    Chorus Pro may tell of the third step before the second, and need not tell of all: a status is
    refused only when no path of our table leads to it from the one before it in time, or from it to
    the one after.
    """

    def __init__(self, session: Session, known: Known, now: datetime, base_url: str) -> None:
        super().__init__(session, known, now, base_url)
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
        here = (told.at, told.status.code)
        around = (*history[max(place - 1, 0) : place], here, *history[place : place + 1])
        for (_, before), (_, after) in pairwise(around):
            if not lifecycle.may_have_followed(before, after):
                raise values.LineRefused(
                    f"Une facture « {STATUSES[before].label} » ne devient pas "
                    f"« {STATUSES[after].label} » : aucune suite de statuts ne mène de l’un à l’autre. "
                    f"{lifecycle.OWN_RULE}"
                )
        history.insert(place, here)
        self.rows.append((invoice, told))

    def flush(self) -> None:
        """Write the rows, in three statements whatever their number."""
        if not self.rows:
            return
        self.session.execute(insert(models.StatusChange), [self.step(*one) for one in self.rows])
        events = [
            self.event(EventKind.INVOICE_STATUS, invoice, structure_id, status=told.status.code)
            for invoice, told in self.rows
            for structure_id in (invoice.sender_id, invoice.recipient_id)
        ]
        self.session.execute(insert(models.Event), events)
        latest = {
            invoice.id: {
                "id": invoice.id,
                "status_at": invoice.history[-1][0],
                "status": invoice.history[-1][1],
            }
            for invoice, _ in self.rows
        }
        self.session.execute(update(models.Invoice), list(latest.values()))
