"""Who a structure may write to: those it has exchanged invoices with, in the direction allowed.

A public structure writes to its suppliers, a private one to its public customers (newsletter of autumn
2020, first article). Read by two queries, whatever their number. A SIRET change moves no invoice: those of
the former structures count, and a partner is who has taken its place.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, Select, and_, case, exists, func, literal, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from communaute.domain.messages.values import APART, Audience, Filters, Partner, Reason
from communaute.domain.structures.numbers import Siret
from communaute.models.messages import Message, MessageReceipt, ReceiptState
from communaute.models.siret import SiretChange
from communaute.models.structures import Invoice, Membership, MembershipState, Nature, Structure


# Not exchanged: written by its sender alone, refused at the door, or still on its way.
NOT_EXCHANGED = (
    "BROUILLON",
    "INTERPRETEE_OCR",
    "DEPOSEE",
    "EN_COURS_ACHEMINEMENT",
    "A_VALIDER",
    "ERREUR_FOURNISSEUR_SUR_VALIDEUR",
    "NON_CONFORME",
    "SUPPRIMEE",
)
Side = InstrumentedAttribute[int]


def lineage(structure_id: int) -> Select[tuple[int]]:
    """A structure and all those that it has replaced, by number."""
    line = select(literal(structure_id).label("id")).cte("lineage", recursive=True)
    before = select(SiretChange.old_id).join(line, SiretChange.new_id == line.c.id)
    line = line.union_all(before)
    return select(line.c.id)


def lineages(structure_ids: Sequence[int]) -> CTE:
    """The same of several structures at once: `heir` is the one asked for, `id` each of its line."""
    own = select(Structure.id.label("heir"), Structure.id).where(Structure.id.in_(structure_ids))
    line = own.cte("lineages", recursive=True)
    before = select(line.c.heir, SiretChange.old_id).join(line, SiretChange.new_id == line.c.id)
    return line.union_all(before)


def audience(session: Session, sender: Structure, filters: Filters, now: datetime) -> Audience:
    """Who is written to with these filters, and who is not, by reason."""
    recent = written_to(session, sender, now)
    wanted: list[Partner] = []
    left_out: defaultdict[Reason, list[Partner]] = defaultdict(list)
    for partner, reason in _partners(session, sender, filters):
        if reason is None and partner.id in recent:
            reason = Reason.RECENT
        if reason is None:
            wanted.append(partner)
        else:
            left_out[reason].append(partner)
    return Audience(tuple(wanted), {reason: tuple(left_out[reason]) for reason in left_out})


def corrected_audience(session: Session, sender: Structure, original: int) -> Audience:
    """Who has received the message that is corrected, or has taken their place."""
    came = select(MessageReceipt.structure_id).where(
        MessageReceipt.message_id == original, MessageReceipt.state == ReceiptState.ARRIVED
    )
    now_called = set(successors(session, list(session.scalars(came))).values())
    found = list(_partners(session, sender, Filters()))
    return Audience(
        tuple(partner for partner, reason in found if reason is None and partner.id in now_called)
    )


def written_to(session: Session, sender: Structure, now: datetime) -> frozenset[int]:
    """The structures that this sender has written to lately, whatever SIRET either had or has now."""
    number = MessageReceipt.structure_id
    lately = (
        select(number.label("origin"), number.label("id"))
        .join(Message, Message.id == MessageReceipt.message_id)
        .where(
            Message.structure_id.in_(lineage(sender.id)),
            Message.corrects_id.is_(None),
            MessageReceipt.state == ReceiptState.ARRIVED,
            MessageReceipt.arrived_at > now - APART,
        )
    )
    return frozenset(session.scalars(select(_followed(lately.cte("lately")).c.id)))


def successors(session: Session, structures: Collection[int]) -> dict[int, int]:
    """Who has taken the place of each structure; itself when nobody has."""
    line = select(Structure.id.label("origin"), Structure.id.label("id"))
    after = _followed(line.where(Structure.id.in_(structures)).cte("origins"))
    found = session.execute(select(after.c.origin, after.c.id).where(_last(after)))
    return dict(found.all())


def _followed(origins: CTE) -> CTE:
    """From each origin, the structures that have taken its place, itself first."""
    line = select(origins.c.origin, origins.c.id).cte("line", recursive=True)
    return line.union_all(
        select(line.c.origin, SiretChange.new_id).join(SiretChange, SiretChange.old_id == line.c.id)
    )


def _last(line: CTE) -> Any:  # noqa: ANN401  # a condition
    return ~exists().where(SiretChange.old_id == line.c.id)


def _partners(
    session: Session, sender: Structure, filters: Filters
) -> Sequence[tuple[Partner, Reason | None]]:
    """Every structure with which invoices were exchanged, and why it is not wanted, if so."""
    rows = session.execute(_query(sender, filters))
    return [
        (
            Partner(number, Siret(siret), name, rightly or count, last_on, bool(people)),
            _reason(sender, number, nature, active, rightly, fits),
        )
        for number, siret, name, nature, active, count, rightly, fits, last_on, people in rows
    ]


def _reason(
    sender: Structure, number: int, nature: str, active: bool, rightly: int, fits: int
) -> Reason | None:
    private_to_private = sender.nature == Nature.PRIVATE and nature != Nature.PUBLIC
    if number == sender.id or not rightly or private_to_private:
        return Reason.DIRECTION
    if not active:
        return Reason.INACTIVE
    return None if fits else Reason.FILTERED


def _query(sender: Structure, filters: Filters) -> Select[Any]:
    """Partners, in the allowed direction or not, counted by who they are now."""
    own, partner = Invoice.recipient_id, Invoice.sender_id
    if sender.nature == Nature.PRIVATE:
        own, partner = partner, own
    ours = lineage(sender.id)
    rightly = _exchanged(own.in_(ours), partner, _fitting(filters))
    both = rightly.union_all(_exchanged(partner.in_(ours), own, None)).cte("exchanged")
    origins = select(both.c.origin, both.c.origin.label("id")).distinct().cte("origins")
    line = _followed(origins)
    last = select(line.c.origin, line.c.id).where(_last(line)).cte("last")
    people = exists().where(
        Membership.structure_id == Structure.id, Membership.state == MembershipState.ACTIVE
    )
    return (
        select(
            Structure.id,
            Structure.siret,
            Structure.name,
            Structure.nature,
            Structure.active,
            func.sum(both.c.count),
            func.sum(both.c.rightly),
            func.sum(both.c.fits),
            func.max(both.c.last_on),
            case((people, 1), else_=0),
        )
        .join(last, last.c.id == Structure.id)
        .join(both, both.c.origin == last.c.origin)
        .where(
            Structure.practice_id.is_(None)
            if sender.practice_id is None
            else Structure.practice_id == sender.practice_id
        )
        .group_by(Structure.id)
        .order_by(Structure.name, Structure.siret)
    )


def _exchanged(ours: Any, partner: Side, fitting: list[Any] | None) -> Select[Any]:  # noqa: ANN401
    """The other side of each exchange, with its count; `fitting` None: the direction is not allowed."""
    fits = func.sum(case((and_(*fitting), 1), else_=0)) if fitting else literal(0)
    return (
        select(
            partner.label("origin"),
            func.count().label("count"),
            (func.count() if fitting else literal(0)).label("rightly"),
            fits.label("fits"),
            func.max(Invoice.issued_on).label("last_on"),
        )
        .where(ours, Invoice.status.not_in(NOT_EXCHANGED))
        .group_by(partner)
    )


def _fitting(filters: Filters) -> list[Any]:
    found: list[Any] = [true()]
    if filters.service:
        found.append(Invoice.service_code == filters.service)
    if filters.since:
        found.append(Invoice.issued_on >= filters.since)
    if filters.status:
        found.append(Invoice.status == filters.status)
    return found
