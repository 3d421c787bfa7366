"""A person's structures, one structure in full, its invoices, the requests to decide."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, contains_eager, joinedload

from communaute.domain.paging import page_among
from communaute.domain.structures import access, lifecycle, parts, values
from communaute.domain.structures.errors import NotFound
from communaute.domain.structures.statuses import RECIPIENT_ACTS, SENDER_ACTS
from communaute.models.accounts import User
from communaute.models.siret import SiretChange
from communaute.models.structures import (
    Invoice,
    Membership,
    MembershipRole,
    MembershipState,
    Structure,
)


EVERY_INVOICE = values.InvoiceFilter()
BySide = tuple[tuple[InstrumentedAttribute[int], Collection[str]], ...]
OPEN_BY_SIDE: BySide = (
    (Invoice.sender_id, lifecycle.OPEN),
    (Invoice.recipient_id, lifecycle.OPEN),
)
TO_DO_BY_SIDE: BySide = (
    (Invoice.sender_id, SENDER_ACTS),
    (Invoice.recipient_id, RECIPIENT_ACTS),
)


def structures_of(session: Session, user: User) -> tuple[values.MembershipLine, ...]:
    """Every structure a person is attached to or has asked to be: active ones first, by name."""
    found = session.execute(
        select(
            Membership, _waiting_count(), _invoices_in(OPEN_BY_SIDE), _invoices_in(TO_DO_BY_SIDE)
        )
        .join(Membership.structure)
        .options(contains_eager(Membership.structure))
        .where(Membership.user_id == user.id, _same_world(user))
        .order_by(Structure.active.desc(), Structure.name, Structure.siret)
    )
    return tuple(_membership_line(*row) for row in found)


def followed(session: Session, user: User) -> Sequence[Structure]:
    """The structures a person is attached to, by name."""
    active = Membership.state == MembershipState.ACTIVE
    found = (
        select(Structure)
        .join(Membership, Membership.structure_id == Structure.id)
        .where(Membership.user_id == user.id, active, _same_world(user))
        .order_by(Structure.name, Structure.siret)
    )
    return session.scalars(found).all()


def _membership_line(
    membership: Membership, waiting: int, open_invoices: int, to_do: int
) -> values.MembershipLine:
    role, state = MembershipRole(membership.role), MembershipState(membership.state)
    attached = state is MembershipState.ACTIVE
    return values.MembershipLine(
        membership_id=membership.id,
        structure=parts.line(membership.structure),
        role=role,
        state=state,
        asked_at=membership.asked_at,
        waiting=waiting if attached and role in values.MANAGERS else 0,
        open_invoices=open_invoices if attached else 0,
        invoices_to_do=to_do if attached else 0,
    )


def _same_world(user: User) -> ColumnElement[bool]:
    if user.practice_id is None:
        return Structure.practice_id.is_(None)
    return Structure.practice_id == user.practice_id


def _waiting_count() -> Any:  # noqa: ANN401  # a scalar subquery of any type
    asked = aliased(Membership)
    return (
        select(func.count())
        .where(asked.structure_id == Structure.id, asked.state == MembershipState.PENDING)
        .correlate(Structure)
        .scalar_subquery()
    )


def _invoices_in(statuses: BySide) -> Any:  # noqa: ANN401  # a scalar subquery of any type
    """How many invoices a structure has in the statuses given for each side it may be on."""
    counts = [
        select(func.count())
        .where(side == Structure.id, Invoice.status.in_(some))
        .correlate(Structure)
        .scalar_subquery()
        for side, some in statuses
    ]
    return counts[0] + counts[1]


def details(
    session: Session, user: User, structure_id: int, *, people_page: int = 1
) -> values.StructureDetails:
    """Everything of a structure, for its members and administrators; its people, one page.

    Raises NotFound when there is none, or the person is not attached to it.
    """
    top = head(session, user, structure_id)
    manages = top.is_manager or access.is_administrator(user)
    asking = Membership.structure_id == structure_id
    before, after = _links(session, structure_id)
    attached, waiting = parts.people_counts(session, structure_id)
    return values.StructureDetails(
        **vars(top),
        services=parts.services(session, structure_id),
        spaces=parts.spaces(session, structure_id),
        people=parts.people(session, structure_id, addresses=manages, page=people_page),
        people_count=attached,
        requests=parts.requests(session, asking) if manages else (),
        requests_waiting=waiting if manages else 0,
        mandates=parts.mandates(session, structure_id),
        connections=parts.connections(session, structure_id),
        predecessor=before,
        successor=after,
    )


def person(
    session: Session, user: User, structure_id: int, membership_id: int
) -> tuple[values.StructureHead, values.PersonLine]:
    """One person of a structure, and what their page says of it. Raises NotFound."""
    top = head(session, user, structure_id)
    manages = top.is_manager or access.is_administrator(user)
    one = parts.person(session, structure_id, membership_id, addresses=manages)
    if one is None:
        raise NotFound("Cette personne n’est plus rattachée à la structure.")
    return top, one


def head(session: Session, user: User, structure_id: int) -> values.StructureHead:
    """What a page below the sheet says of a structure. Raises NotFound."""
    structure, role = visible(session, user, structure_id)
    total, still_open, to_do = _invoice_counts(session, structure_id)
    return values.StructureHead(
        structure=parts.line(structure),
        role=role,
        invoices=total,
        open_invoices=still_open,
        invoices_to_do=to_do,
    )


def visible(
    session: Session, user: User, structure_id: int
) -> tuple[Structure, MembershipRole | None]:
    """A structure and what the person is in it. Raises NotFound unless they may see it."""
    membership = access.membership_of(session, user, structure_id)
    if membership:
        return membership.structure, MembershipRole(membership.role)
    structure = session.get(Structure, structure_id)
    if structure and access.is_administrator(user) and access.same_world(user, structure):
        return structure, None
    raise NotFound(access.NO_SUCH_STRUCTURE)


def _links(session: Session, structure_id: int) -> tuple[values.Link | None, values.Link | None]:
    """What a structure has replaced, and what has replaced it."""
    either = or_(SiretChange.new_id == structure_id, SiretChange.old_id == structure_id)
    before = after = None
    for change in session.scalars(select(SiretChange).where(either)):
        came = change.new_id == structure_id
        other = parts.line(change.old if came else change.new)
        link = values.Link(other, change.effective_on, change.recorded_at, change.code)
        before, after = (link, after) if came else (before, link)
    return before, after


def _invoice_counts(session: Session, structure_id: int) -> tuple[int, int, int]:
    """How many invoices a structure has sent and received; how many are open; how many wait for it."""
    counts, still_open = _counts(session, structure_id), values.InvoiceFilter(open_only=True)
    to_do = _kept(counts, values.InvoiceFilter(to_do=True))
    return _kept(counts, EVERY_INVOICE), _kept(counts, still_open), to_do


def _kept(counts: dict[tuple[bool, str], int], asked: values.InvoiceFilter) -> int:
    """How many of those counted are asked for."""
    return sum(count for (sent, status), count in counts.items() if _wanted(asked, sent, status))


def _wanted(asked: values.InvoiceFilter, sent: bool, status: str) -> bool:
    """Whether an invoice is asked for: the same as `_asked`, of one that is counted."""
    acts = SENDER_ACTS if sent else RECIPIENT_ACTS
    return (
        (not asked.to_do or status in acts)
        and (not asked.open_only or status in lifecycle.OPEN)
        and (asked.sent is None or asked.sent is sent)
        and (not asked.status or asked.status == status)
    )


def _counts(session: Session, structure_id: int) -> dict[tuple[bool, str], int]:
    """How many invoices are on each side of a structure, in each status.

    Read from the two indexes that begin with a side: nobody sends an invoice to themselves.
    """
    sides = ((True, Invoice.sender_id), (False, Invoice.recipient_id))
    counted = union_all(
        *(
            select(literal(sent), Invoice.status, func.count())
            .where(side == structure_id)
            .group_by(Invoice.status)
            for sent, side in sides
        )
    )
    return {(bool(sent), status): count for sent, status, count in session.execute(counted)}


def _to_do(structure_id: int) -> ColumnElement[bool]:
    """The invoices that wait for an act of this structure, on whichever side it is."""
    return or_(
        and_(Invoice.sender_id == structure_id, Invoice.status.in_(SENDER_ACTS)),
        and_(Invoice.recipient_id == structure_id, Invoice.status.in_(RECIPIENT_ACTS)),
    )


def waiting_requests(session: Session, user: User) -> tuple[values.RequestLine, ...]:
    """The oldest requests that this person may decide: of the structures they manage.

    For an administrator, those of structures that have no manager too. `waiting_count` counts them all.
    """
    return parts.requests(session, *_may_decide(user))


def waiting_count(session: Session, user: User) -> int:
    """How many requests this person may decide."""
    return parts.request_count(session, *_may_decide(user))


def _may_decide(user: User) -> tuple[ColumnElement[bool], ...]:
    managed = select(Membership.structure_id).where(
        Membership.user_id == user.id,
        Membership.state == MembershipState.ACTIVE,
        Membership.role.in_(values.MANAGERS),
    )
    theirs: ColumnElement[bool] = Membership.structure_id.in_(managed)
    if access.is_administrator(user):
        with_manager = select(Membership.structure_id).where(
            Membership.state == MembershipState.ACTIVE, Membership.role.in_(values.MANAGERS)
        )
        theirs = or_(theirs, Membership.structure_id.not_in(with_manager))
    return theirs, _same_world(user)


def invoices_of(
    session: Session,
    user: User,
    structure_id: int,
    asked: values.InvoiceFilter = EVERY_INVOICE,
    *,
    page: int = 1,
    size: int = 20,
) -> values.InvoicePage:
    """The invoices a structure has sent and received: what waits for it first, then the latest.

    Raises NotFound.
    """
    visible(session, user, structure_id)
    own = or_(Invoice.sender_id == structure_id, Invoice.recipient_id == structure_id)
    wanted = select(Invoice).where(own, *_asked(structure_id, asked))
    first = case((_to_do(structure_id), 0), else_=1)
    total = _kept(_counts(session, structure_id), asked)
    page, pages = page_among(page, total, size)
    ordered = wanted.order_by(first, Invoice.issued_on.desc(), Invoice.id.desc())
    both = ordered.options(joinedload(Invoice.sender), joinedload(Invoice.recipient))
    rows = session.scalars(both.offset((page - 1) * size).limit(size))
    lines = tuple(parts.invoice_line(one, structure_id) for one in rows)
    return values.InvoicePage(lines, total, page, pages)


def _asked(structure_id: int, asked: values.InvoiceFilter) -> list[ColumnElement[bool]]:
    which: list[ColumnElement[bool]] = []
    if asked.to_do:
        which.append(_to_do(structure_id))
    if asked.open_only:
        which.append(Invoice.status.in_(lifecycle.OPEN))
    if asked.sent is not None:
        side = Invoice.sender_id if asked.sent else Invoice.recipient_id
        which.append(side == structure_id)
    if asked.status:
        which.append(Invoice.status == asked.status)
    return which
