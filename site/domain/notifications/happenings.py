"""What happened to a person's structures, and what waits for them there: read for many at once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from communaute.domain.notifications.topics import Topic, topic_of
from communaute.domain.structures.events import EventKind
from communaute.domain.structures.values import MANAGERS
from communaute.models.notifications import NotificationSetting
from communaute.models.structures import Event, Invoice, Membership, MembershipState, Structure


# Code de la commande publique: without an answer in 15 days the subcontractor's invoice is validated.
TACIT_VALIDATION = timedelta(days=15)
# What asks something of its sender; the rest of what waits is the recipient's daily work.
SENDER_WAITS = ("SUSPENDUE", "A_RECYCLER", "REJETEE")
WAITS = (*SENDER_WAITS, "A_VALIDER")


@dataclass(frozen=True, slots=True)
class OfInvoice:
    """The invoice that something happened to, as its two structures know it."""

    id: int
    number: str
    amount: Decimal
    sender: str
    recipient: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One event that matters to one person. `place` is 0 while it has none."""

    event_id: int
    place: int
    at: datetime
    kind: str
    structure_id: int
    structure: str
    invoice: OfInvoice | None = None
    status: str = ""
    siret: str = ""
    sender: str = ""
    message: str = ""

    @property
    def topic(self) -> Topic:
        """What it is about."""
        return topic_of(self.kind, self.status)


@dataclass(frozen=True, slots=True)
class Wait:
    """Something that waits for one person. `until`: the day it is settled without them, if any."""

    structure_id: int
    structure: str
    topic: Topic
    since: datetime
    invoice: OfInvoice | None = None
    status: str = ""
    until: datetime | None = None
    requests: int = 0


Rows: TypeAlias = Select[*tuple[Any, ...]]
SENDER, RECIPIENT = aliased(Structure), aliased(Structure)
JOINED = func.coalesce(Membership.decided_at, Membership.asked_at)


def concerning() -> Rows:
    """Events of the structures one is attached to, since one is; those for one person to them alone."""
    return (
        select(
            Membership.user_id,
            Event.id,
            Event.place,
            Event.at,
            Event.kind,
            Event.details,
            Structure.id,
            Structure.name,
            Invoice.id,
            Invoice.number,
            Invoice.amount,
            SENDER.name,
            RECIPIENT.name,
        )
        .join(Membership, Membership.structure_id == Event.structure_id)
        .join(Structure, Structure.id == Event.structure_id)
        .outerjoin(Invoice, Invoice.id == Event.invoice_id)
        .outerjoin(SENDER, SENDER.id == Invoice.sender_id)
        .outerjoin(RECIPIENT, RECIPIENT.id == Invoice.recipient_id)
        .where(
            Membership.state == MembershipState.ACTIVE,
            Event.at >= JOINED,
            or_(Event.user_id.is_(None), Event.user_id == Membership.user_id),
            # A request is its managers' business.
            or_(Event.kind != EventKind.ATTACHMENT_ASKED, Membership.role.in_(MANAGERS)),
        )
    )


def happened(
    session: Session, people: Sequence[int], *which: ColumnElement[bool]
) -> dict[int, list[Happening]]:
    """What happened, by person, in the order of events; `which` may speak of each person's settings."""
    own = NotificationSetting.user_id == Membership.user_id
    wanted = concerning().outerjoin(NotificationSetting, own)
    wanted = wanted.where(Membership.user_id.in_(people), *which)
    found: dict[int, list[Happening]] = defaultdict(list)
    for user_id, one in read(session, wanted.order_by(Membership.user_id, Event.at, Event.id)):
        found[user_id].append(one)
    return found


def read(session: Session, wanted: Rows) -> Iterator[tuple[int, Happening]]:
    """Each person and event that a query made from `concerning` finds, in its order."""
    for user_id, *row in session.execute(wanted):
        yield user_id, _happening(row)


def _happening(row: Sequence[Any]) -> Happening:
    event_id, place, at, kind, details, structure_id, structure, *invoice = row
    return Happening(
        event_id=event_id,
        place=place or 0,
        at=at,
        kind=kind,
        structure_id=structure_id,
        structure=structure,
        invoice=OfInvoice(*invoice) if invoice[0] is not None else None,
        status=str(details.get("status", "")),
        siret=str(details.get("siret", "")),
        sender=str(details.get("sender", "")),
        message=str(details.get("message", "")),
    )


def waiting(session: Session, people: Sequence[int]) -> dict[int, list[Wait]]:
    """What waits for each person now: invoices of their structures, requests they may decide."""
    found: dict[int, list[Wait]] = defaultdict(list)
    for user_id, structure_id, structure, status, at, *invoice in session.execute(
        _invoices(people)
    ):
        topic = topic_of(EventKind.INVOICE_STATUS, status)
        until = at + TACIT_VALIDATION if status == "A_VALIDER" else None
        found[user_id].append(
            Wait(structure_id, structure, topic, at, OfInvoice(*invoice), status, until)
        )
    for user_id, structure_id, structure, since, count in session.execute(_requests(people)):
        wait = Wait(structure_id, structure, Topic.ATTACHMENT, since, requests=count)
        found[user_id].append(wait)
    return found


def _invoices(people: Sequence[int]) -> Rows:
    own = aliased(Structure)
    wanted: Rows = (
        select(
            Membership.user_id,
            own.id,
            own.name,
            Invoice.status,
            Invoice.status_at,
            Invoice.id,
            Invoice.number,
            Invoice.amount,
            own.name,
            RECIPIENT.name,
        )
        .join(Invoice, Invoice.sender_id == Membership.structure_id)
        .join(own, own.id == Membership.structure_id)
        .join(RECIPIENT, RECIPIENT.id == Invoice.recipient_id)
        .where(
            Membership.user_id.in_(people),
            Membership.state == MembershipState.ACTIVE,
            Invoice.status.in_(WAITS),
        )
        .order_by(Membership.user_id, Invoice.status_at, Invoice.id)
    )
    return wanted


def _requests(people: Sequence[int]) -> Rows:
    asked = aliased(Membership)
    pending = and_(
        asked.structure_id == Membership.structure_id, asked.state == MembershipState.PENDING
    )
    wanted: Rows = (
        select(
            Membership.user_id,
            Structure.id,
            Structure.name,
            func.min(asked.asked_at),
            func.count(asked.id),
        )
        .join(asked, pending)
        .join(Structure, Structure.id == Membership.structure_id)
        .where(
            Membership.user_id.in_(people),
            Membership.state == MembershipState.ACTIVE,
            Membership.role.in_(MANAGERS),
        )
        .group_by(Membership.user_id, Structure.id, Structure.name)
    )
    return wanted


def untold(session: Session, most: int = 50) -> Sequence[Event]:
    """The events that could not be told to somebody, the latest first: staff look at them."""
    faulty = select(Event).where(Event.fault.is_not(None)).order_by(Event.id.desc())
    return session.scalars(faulty.limit(most)).all()
