"""A person's structures, one structure in full, its invoices, the requests to decide."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from communaute.domain.structures import access, lifecycle, parts
from communaute.domain.structures.errors import NotFound
from communaute.domain.structures.values import (
    MANAGERS,
    InvoicePage,
    Link,
    MembershipLine,
    RequestLine,
    StructureDetails,
)
from communaute.models.accounts import User
from communaute.models.siret import SiretChange
from communaute.models.structures import (
    Invoice,
    Membership,
    MembershipRole,
    MembershipState,
    Structure,
)


def structures_of(session: Session, user: User) -> tuple[MembershipLine, ...]:
    """Every structure a person is attached to or has asked to be: active ones first, by name."""
    found = session.execute(
        select(Membership, _waiting_count(), _open_count())
        .join(Membership.structure)
        .options(contains_eager(Membership.structure))
        .where(Membership.user_id == user.id, _same_world(user))
        .order_by(Structure.active.desc(), Structure.name, Structure.siret)
    )
    return tuple(_membership_line(*row) for row in found)


def _membership_line(membership: Membership, waiting: int, open_invoices: int) -> MembershipLine:
    role, state = MembershipRole(membership.role), MembershipState(membership.state)
    attached = state is MembershipState.ACTIVE
    return MembershipLine(
        membership_id=membership.id,
        structure=parts.line(membership.structure),
        role=role,
        state=state,
        asked_at=membership.asked_at,
        waiting=waiting if attached and role in MANAGERS else 0,
        open_invoices=open_invoices if attached else 0,
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


def _open_count() -> Any:  # noqa: ANN401  # a scalar subquery of any type
    counts = [
        select(func.count())
        .where(side == Structure.id, Invoice.status.in_(lifecycle.OPEN))
        .correlate(Structure)
        .scalar_subquery()
        for side in (Invoice.sender_id, Invoice.recipient_id)
    ]
    return counts[0] + counts[1]


def details(session: Session, user: User, structure_id: int) -> StructureDetails:
    """Everything of a structure, for its members and administrators.

    Raises NotFound when there is none, or the person is not attached to it.
    """
    structure, role = visible(session, user, structure_id)
    manages = role in MANAGERS or access.is_administrator(user)
    total, still_open = _invoice_counts(session, structure_id)
    return StructureDetails(
        structure=parts.line(structure),
        role=role,
        services=parts.services(session, structure_id),
        spaces=parts.spaces(session, structure_id),
        people=parts.people(session, structure_id, addresses=manages),
        requests=parts.requests(session, Membership.structure_id == structure_id)
        if manages
        else (),
        mandates=parts.mandates(session, structure_id),
        connections=parts.connections(session, structure_id),
        predecessor=_link(session, SiretChange.new_id, structure_id),
        successor=_link(session, SiretChange.old_id, structure_id),
        invoices=total,
        open_invoices=still_open,
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


def _link(session: Session, here: Any, structure_id: int) -> Link | None:  # noqa: ANN401
    """The other end of the change whose `here` column is this structure."""
    change = session.scalar(select(SiretChange).where(here == structure_id))
    if change is None:
        return None
    other = change.old if change.new_id == structure_id else change.new
    return Link(parts.line(other), change.effective_on, change.recorded_at, change.code)


def _invoice_counts(session: Session, structure_id: int) -> tuple[int, int]:
    """How many invoices a structure has sent and received, and how many are still open."""
    still_open = func.sum(case((Invoice.status.in_(lifecycle.OPEN), 1), else_=0))
    total, still = session.execute(
        select(func.count(), func.coalesce(still_open, 0)).where(_of(structure_id))
    ).one()
    return total, int(still)


def _of(structure_id: int) -> ColumnElement[bool]:
    return or_(Invoice.sender_id == structure_id, Invoice.recipient_id == structure_id)


def waiting_requests(session: Session, user: User) -> tuple[RequestLine, ...]:
    """The requests that this person may decide: of the structures they manage.

    For an administrator, those of structures that have no manager too.
    """
    managed = select(Membership.structure_id).where(
        Membership.user_id == user.id,
        Membership.state == MembershipState.ACTIVE,
        Membership.role.in_(MANAGERS),
    )
    theirs: ColumnElement[bool] = Membership.structure_id.in_(managed)
    if access.is_administrator(user):
        with_manager = select(Membership.structure_id).where(
            Membership.state == MembershipState.ACTIVE, Membership.role.in_(MANAGERS)
        )
        theirs = or_(theirs, Membership.structure_id.not_in(with_manager))
    return parts.requests(session, theirs, _same_world(user))


def invoices_of(
    session: Session,
    user: User,
    structure_id: int,
    *,
    open_only: bool = False,
    page: int = 1,
    size: int = 20,
) -> InvoicePage:
    """The invoices a structure has sent and received, the latest first. Raises NotFound."""
    visible(session, user, structure_id)
    wanted = select(Invoice).where(_of(structure_id))
    if open_only:
        wanted = wanted.where(Invoice.status.in_(lifecycle.OPEN))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    rows = _with_structures(session, wanted.offset((page - 1) * size).limit(size))
    lines = tuple(parts.invoice_line(one, structure_id) for one in rows)
    return InvoicePage(lines, total, page, pages)


def _with_structures(session: Session, wanted: Select[Any]) -> Sequence[Invoice]:
    both = wanted.options(joinedload(Invoice.sender), joinedload(Invoice.recipient))
    return session.scalars(both.order_by(Invoice.issued_on.desc(), Invoice.id.desc())).all()
