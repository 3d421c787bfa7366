"""A person's structures, one structure in full, its invoices, the requests to decide."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, contains_eager, joinedload

from communaute import models
from communaute.domain.paging import page_among
from communaute.domain.structures import access, lifecycle, parts, values
from communaute.domain.structures.errors import NotFound
from communaute.domain.structures.statuses import RECIPIENT_ACTS, SENDER_ACTS


EVERY_INVOICE = values.InvoiceFilter()
BySide = tuple[tuple[InstrumentedAttribute[int], Collection[str]], ...]
OPEN_BY_SIDE: BySide = (
    (models.Invoice.sender_id, lifecycle.OPEN),
    (models.Invoice.recipient_id, lifecycle.OPEN),
)
TO_DO_BY_SIDE: BySide = (
    (models.Invoice.sender_id, SENDER_ACTS),
    (models.Invoice.recipient_id, RECIPIENT_ACTS),
)


def structures_of(session: Session, user: models.User) -> tuple[values.MembershipLine, ...]:
    """Every structure a person is attached to or has asked to be: active ones first, by name."""
    asked = aliased(models.Membership)
    pending = asked.state == models.MembershipState.PENDING
    waiting: Any = (
        select(func.count())
        .where(asked.structure_id == models.Structure.id, pending)
        .correlate(models.Structure)
        .scalar_subquery()
    )
    found = session.execute(
        select(
            models.Membership,
            waiting,
            _invoices_in(OPEN_BY_SIDE),
            _invoices_in(TO_DO_BY_SIDE),
        )
        .join(models.Membership.structure)
        .options(contains_eager(models.Membership.structure))
        .where(
            models.Membership.user_id == user.id, models.Structure.practice_id == user.practice_id
        )
        .order_by(models.Structure.active.desc(), models.Structure.name, models.Structure.siret)
    )
    return tuple(_membership_line(*row) for row in found)


def followed(session: Session, user: models.User) -> Sequence[models.Structure]:
    """The structures a person is attached to, by name."""
    active = models.Membership.state == models.MembershipState.ACTIVE
    found = (
        select(models.Structure)
        .join(models.Membership, models.Membership.structure_id == models.Structure.id)
        .where(
            models.Membership.user_id == user.id,
            active,
            models.Structure.practice_id == user.practice_id,
        )
        .order_by(models.Structure.name, models.Structure.siret)
    )
    return session.scalars(found).all()


def _membership_line(
    membership: models.Membership, waiting: int, open_invoices: int, to_do: int
) -> values.MembershipLine:
    role, state = models.MembershipRole(membership.role), models.MembershipState(membership.state)
    attached = state is models.MembershipState.ACTIVE
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


def _invoices_in(statuses: BySide) -> Any:  # noqa: ANN401  # a scalar subquery of any type
    """How many invoices a structure has in the statuses given for each side it may be on."""
    counts = [
        select(func.count())
        .where(side == models.Structure.id, models.Invoice.status.in_(some))
        .correlate(models.Structure)
        .scalar_subquery()
        for side, some in statuses
    ]
    return counts[0] + counts[1]


def details(
    session: Session, user: models.User, structure_id: int, *, people_page: int = 1
) -> values.StructureDetails:
    """Everything of a structure, for its members and administrators; its people, one page.

    Raises NotFound when there is none, or the person is not attached to it.
    """
    top = head(session, user, structure_id)
    manages = top.is_manager or access.is_administrator(user)
    asking = models.Membership.structure_id == structure_id
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
    session: Session, user: models.User, structure_id: int, membership_id: int
) -> tuple[values.StructureHead, values.PersonLine]:
    """One person of a structure, and what their page says of it. Raises NotFound."""
    top = head(session, user, structure_id)
    manages = top.is_manager or access.is_administrator(user)
    one = parts.person(session, structure_id, membership_id, addresses=manages)
    if one is None:
        raise NotFound("Cette personne n’est plus rattachée à la structure.")
    return top, one


def head(session: Session, user: models.User, structure_id: int) -> values.StructureHead:
    """What a page below the sheet says of a structure. Raises NotFound."""
    structure, role = visible(session, user, structure_id)
    counts = _counts(session, structure_id)
    return values.StructureHead(
        structure=parts.line(structure),
        role=role,
        invoices=sum(counts.values()),
        open_invoices=_kept(counts, values.InvoiceFilter(open_only=True)),
        invoices_to_do=_kept(counts, values.InvoiceFilter(to_do=True)),
    )


def visible(
    session: Session, user: models.User, structure_id: int
) -> tuple[models.Structure, models.MembershipRole | None]:
    """A structure and what the person is in it. Raises NotFound unless they may see it."""
    membership = access.membership_of(session, user, structure_id)
    if membership:
        return membership.structure, models.MembershipRole(membership.role)
    structure = session.get(models.Structure, structure_id)
    if structure and access.is_administrator(user) and access.same_world(user, structure):
        return structure, None
    raise NotFound(access.NO_SUCH_STRUCTURE)


def _links(session: Session, structure_id: int) -> tuple[values.Link | None, values.Link | None]:
    """What a structure has replaced, and what has replaced it."""
    either = or_(
        models.SiretChange.new_id == structure_id, models.SiretChange.old_id == structure_id
    )
    before = after = None
    for change in session.scalars(select(models.SiretChange).where(either)):
        came = change.new_id == structure_id
        other = parts.line(change.old if came else change.new)
        link = values.Link(other, change.effective_on, change.recorded_at, change.code)
        before, after = (link, after) if came else (before, link)
    return before, after


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
    sides = ((True, models.Invoice.sender_id), (False, models.Invoice.recipient_id))
    counted = union_all(
        *(
            select(literal(sent), models.Invoice.status, func.count())
            .where(side == structure_id)
            .group_by(models.Invoice.status)
            for sent, side in sides
        )
    )
    return {(bool(sent), status): count for sent, status, count in session.execute(counted)}


def _to_do(structure_id: int) -> ColumnElement[bool]:
    """The invoices that wait for an act of this structure, on whichever side it is."""
    return or_(
        and_(models.Invoice.sender_id == structure_id, models.Invoice.status.in_(SENDER_ACTS)),
        and_(
            models.Invoice.recipient_id == structure_id, models.Invoice.status.in_(RECIPIENT_ACTS)
        ),
    )


def waiting_requests(session: Session, user: models.User) -> tuple[values.RequestLine, ...]:
    """The oldest requests that this person may decide: of the structures they manage.

    For an administrator, those of structures that have no manager too. `waiting_count` counts them all.
    """
    return parts.requests(session, *_may_decide(user))


def waiting_count(session: Session, user: models.User) -> int:
    """How many requests this person may decide."""
    return parts.request_count(session, *_may_decide(user))


def _may_decide(user: models.User) -> tuple[ColumnElement[bool], ...]:
    managed = select(models.Membership.structure_id).where(
        models.Membership.user_id == user.id,
        models.Membership.state == models.MembershipState.ACTIVE,
        models.Membership.role.in_(values.MANAGERS),
    )
    theirs: ColumnElement[bool] = models.Membership.structure_id.in_(managed)
    if access.is_administrator(user):
        with_manager = select(models.Membership.structure_id).where(
            models.Membership.state == models.MembershipState.ACTIVE,
            models.Membership.role.in_(values.MANAGERS),
        )
        theirs = or_(theirs, models.Membership.structure_id.not_in(with_manager))
    return theirs, models.Structure.practice_id == user.practice_id


def invoices_of(
    session: Session,
    user: models.User,
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
    own = or_(models.Invoice.sender_id == structure_id, models.Invoice.recipient_id == structure_id)
    wanted = select(models.Invoice).where(own, *_asked(structure_id, asked))
    first = case((_to_do(structure_id), 0), else_=1)
    total = _kept(_counts(session, structure_id), asked)
    page, pages = page_among(page, total, size)
    ordered = wanted.order_by(first, models.Invoice.issued_on.desc(), models.Invoice.id.desc())
    both = ordered.options(joinedload(models.Invoice.sender), joinedload(models.Invoice.recipient))
    rows = session.scalars(both.offset((page - 1) * size).limit(size))
    lines = tuple(parts.invoice_line(one, structure_id) for one in rows)
    return values.InvoicePage(lines, total, page, pages)


def _asked(structure_id: int, asked: values.InvoiceFilter) -> list[ColumnElement[bool]]:
    which: list[ColumnElement[bool]] = []
    if asked.to_do:
        which.append(_to_do(structure_id))
    if asked.open_only:
        which.append(models.Invoice.status.in_(lifecycle.OPEN))
    if asked.sent is not None:
        side = models.Invoice.sender_id if asked.sent else models.Invoice.recipient_id
        which.append(side == structure_id)
    if asked.status:
        which.append(models.Invoice.status == asked.status)
    return which
