"""The parts of a structure, as values."""

from datetime import date

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, contains_eager

from communaute import models
from communaute.domain.structures import lifecycle, values
from communaute.domain.structures.numbers import Siret


# A page of the people of a structure.
PEOPLE_SHOWN = 50
# Each has its form: the next come as the first are answered.
REQUESTS_SHOWN = 50
ROLE_ORDER = case(
    {models.MembershipRole.PRINCIPAL: 0, models.MembershipRole.SECONDARY: 1},
    value=models.Membership.role,
    else_=2,
)


def line(structure: models.Structure) -> values.StructureLine:
    """A structure as a value."""
    return values.StructureLine(
        id=structure.id,
        siret=Siret(structure.siret),
        name=structure.name,
        nature=models.Nature(structure.nature),
        active=structure.active,
        verified=structure.verified_at is not None,
        local_authority=structure.local_authority,
        practice=structure.practice_id is not None,
    )


def services(session: Session, structure_id: int) -> tuple[values.ServiceLine, ...]:
    """The services, by code."""
    found = (
        select(models.Service)
        .where(models.Service.structure_id == structure_id)
        .order_by(models.Service.code)
    )
    return tuple(
        values.ServiceLine(one.code, one.name, one.active) for one in session.scalars(found)
    )


def spaces(session: Session, structure_id: int) -> tuple[str, ...]:
    """The names of a structure's spaces, in the order of the portal."""
    opened = set(
        session.scalars(select(models.Space.kind).where(models.Space.structure_id == structure_id))
    )
    return tuple(label for kind, label in values.SPACE_LABELS.items() if kind in opened)


def people(
    session: Session, structure_id: int, *, addresses: bool, page: int = 1
) -> tuple[values.PersonLine, ...]:
    """Who is attached to a structure, managers first, one page of them.

    Addresses for those who manage it only.
    """
    # Sorted without what is shown: a large structure is read whole to be put in order.
    wanted = (
        select(models.Membership.id)
        .join(models.User, models.Membership.user_id == models.User.id)
        .where(*_attached(structure_id))
        .order_by(ROLE_ORDER, models.User.name, models.User.id)
        .offset((page - 1) * PEOPLE_SHOWN)
        .limit(PEOPLE_SHOWN)
    )
    found = select(models.Membership, models.User).join(
        models.User, models.Membership.user_id == models.User.id
    )
    shown = found.where(models.Membership.id.in_(wanted))
    ordered = session.execute(shown.order_by(ROLE_ORDER, models.User.name, models.User.id))
    return tuple(_person(*row, addresses=addresses) for row in ordered)


def person(
    session: Session, structure_id: int, membership_id: int, *, addresses: bool
) -> values.PersonLine | None:
    """One of them; None when they are not attached."""
    found = (
        select(models.Membership, models.User)
        .join(models.User, models.Membership.user_id == models.User.id)
        .where(models.Membership.id == membership_id, *_attached(structure_id))
    )
    row = session.execute(found).one_or_none()
    return _person(*row, addresses=addresses) if row else None


def people_counts(session: Session, structure_id: int) -> tuple[int, int]:
    """How many people are attached; how many ask to be."""
    counted = (
        select(models.Membership.state, func.count())
        .where(models.Membership.structure_id == structure_id)
        .group_by(models.Membership.state)
    )
    found = {row[0]: row[1] for row in session.execute(counted)}
    return found.get(models.MembershipState.ACTIVE, 0), found.get(models.MembershipState.PENDING, 0)


def _attached(structure_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        models.Membership.structure_id == structure_id,
        models.Membership.state == models.MembershipState.ACTIVE,
    )


def _person(
    membership: models.Membership, person: models.User, *, addresses: bool
) -> values.PersonLine:
    return values.PersonLine(
        membership_id=membership.id,
        user_id=person.id,
        name=person.name,
        address=person.contact_address if addresses else "",
        role=models.MembershipRole(membership.role),
    )


def mandates(session: Session, structure_id: int) -> tuple[date, ...]:
    """When each billing mandate was signed."""
    found = select(models.BillingMandate.signed_on).where(
        models.BillingMandate.structure_id == structure_id
    )
    return tuple(session.scalars(found.order_by(models.BillingMandate.signed_on)))


def connections(session: Session, structure_id: int) -> tuple[values.ConnectionLine, ...]:
    """Technical accounts, EDI and API connections, PACAGE numbers."""
    found = select(models.Connection).where(models.Connection.structure_id == structure_id)
    return tuple(
        values.ConnectionLine(models.ConnectionKind(one.kind), one.label)
        for one in session.scalars(found.order_by(models.Connection.kind, models.Connection.id))
    )


def requests(session: Session, *which: ColumnElement[bool]) -> tuple[values.RequestLine, ...]:
    """Attachment requests that wait, the oldest first, REQUESTS_SHOWN at most."""
    found = session.scalars(
        _waiting(which)
        .join(models.Membership.user)
        .options(
            contains_eager(models.Membership.structure), contains_eager(models.Membership.user)
        )
        .order_by(models.Membership.asked_at, models.Membership.id)
        .limit(REQUESTS_SHOWN)
    )
    return tuple(
        values.RequestLine(
            membership_id=one.id,
            structure=line(one.structure),
            name=one.user.name,
            address=one.user.contact_address,
            message=one.message,
            asked_at=one.asked_at,
        )
        for one in found
    )


def request_count(session: Session, *which: ColumnElement[bool]) -> int:
    """How many attachment requests wait."""
    return session.scalar(_waiting(which).with_only_columns(func.count())) or 0


def _waiting(which: tuple[ColumnElement[bool], ...]) -> Select[models.Membership]:
    asked = select(models.Membership).join(models.Membership.structure)
    return asked.where(models.Membership.state == models.MembershipState.PENDING, *which)


def invoice_line(invoice: models.Invoice, structure_id: int) -> values.InvoiceLine:
    """An invoice as seen from one of its two structures."""
    return values.InvoiceLine(
        id=invoice.id,
        number=invoice.number,
        sender=line(invoice.sender),
        recipient=line(invoice.recipient),
        sent=invoice.sender_id == structure_id,
        amount=invoice.amount,
        issued_on=invoice.issued_on,
        status=invoice.status,
        status_label=lifecycle.status(invoice.status).label,
        status_at=invoice.status_at,
        turn=lifecycle.turn(invoice.status, sent=invoice.sender_id == structure_id),
    )
