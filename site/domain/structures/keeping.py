"""How long structures, attachments, events and what the intake took are kept (domain/retention.py)."""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from communaute.models.siret import SiretChange, SiretDraft
from communaute.models.structures import (
    BillingMandate,
    Connection,
    Event,
    IntakeEvent,
    Invoice,
    Membership,
    MembershipState,
    Origin,
    Service,
    Space,
    Structure,
)


# Our own rules.
REFUSED_KEPT = timedelta(days=365)
DESERTED_KEPT = timedelta(days=30)
EVENTS_KEPT = timedelta(days=365)
WAITING_KEPT = timedelta(days=90)
IDENTIFIERS_KEPT = timedelta(days=2 * 365)


def purge_memberships(session: Session, now: datetime) -> int:
    """Erase requests refused a year ago; answers how many."""
    return _erased(
        session,
        delete(Membership).where(
            Membership.state == MembershipState.REFUSED, Membership.decided_at < now - REFUSED_KEPT
        ),
    )


def purge_events(session: Session, now: datetime) -> int:
    """Erase events a year old; answers how many."""
    return _erased(session, delete(Event).where(Event.at < now - EVENTS_KEPT))


def purge_intake(session: Session, now: datetime) -> int:
    """Erase what has waited too long, and old identifiers; answers how many."""
    waited = and_(IntakeEvent.waiting.is_not(None), IntakeEvent.taken_at < now - WAITING_KEPT)
    old = IntakeEvent.taken_at < now - IDENTIFIERS_KEPT
    return _erased(session, delete(IntakeEvent).where(or_(waited, old)))


def purge_structures(session: Session, now: datetime) -> int:
    """Erase declared structures that everybody has left for a month and that no invoice needs.

    One that has replaced another, or was replaced, stays: its chain must stay whole. When somebody
    left is not known: the month is counted from its last event, or from its declaration.
    """
    last = select(func.max(Event.at)).where(Event.structure_id == Structure.id).scalar_subquery()
    needed = (
        exists().where(Membership.structure_id == Structure.id),
        exists().where(
            or_(Invoice.sender_id == Structure.id, Invoice.recipient_id == Structure.id)
        ),
        exists().where(or_(SiretChange.old_id == Structure.id, SiretChange.new_id == Structure.id)),
    )
    deserted = session.scalars(
        select(Structure.id).where(
            Structure.origin == Origin.DECLARED,
            func.coalesce(last, Structure.created_at) < now - DESERTED_KEPT,
            *(~one for one in needed),
        )
    ).all()
    for table in (Event, Service, Space, BillingMandate, Connection, SiretDraft):
        session.execute(delete(table).where(table.structure_id.in_(deserted)))
    return _erased(session, delete(Structure).where(Structure.id.in_(deserted)))


def _erased(session: Session, statement: Delete) -> int:
    return cast(CursorResult[Any], session.execute(statement)).rowcount
