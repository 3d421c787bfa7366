"""Erase invented sets: statements on sets of rows, in the order of their keys.

Nothing of the real world is ever erased here: every statement names the sets.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from communaute.extensions import Model
from communaute.models.accounts import SignIn, User
from communaute.models.siret import SiretChange, SiretDraft
from communaute.models.structures import (
    BillingMandate,
    Connection,
    Event,
    Invoice,
    Membership,
    PracticeSet,
    Service,
    Space,
    StatusChange,
    Structure,
)


def erase_sets(session: Session, sets: Sequence[int]) -> None:
    """Erase invented sets, their people and the sets themselves."""
    erase_contents(session, sets, but=None)
    session.execute(delete(PracticeSet).where(PracticeSet.id.in_(sets)))


def erase_contents(session: Session, sets: Sequence[int], *, but: int | None) -> None:
    """Erase all that is in invented sets; the account `but` stays."""
    inside = select(Structure.id).where(Structure.practice_id.in_(sets)).scalar_subquery()
    between = or_(Invoice.sender_id.in_(inside), Invoice.recipient_id.in_(inside))
    invoices = select(Invoice.id).where(between).scalar_subquery()
    gone: list[tuple[type[Model], ColumnElement[bool]]] = [
        (StatusChange, StatusChange.invoice_id.in_(invoices)),
        (Event, Event.structure_id.in_(inside)),
        (Invoice, between),
        (SiretChange, SiretChange.old_id.in_(inside)),
    ]
    parts = (SiretDraft, Membership, Service, Space, BillingMandate, Connection)
    gone += [(part, part.structure_id.in_(inside)) for part in parts]
    gone.append((Structure, Structure.practice_id.in_(sets)))
    for table, which in gone:
        session.execute(delete(table).where(which).execution_options(synchronize_session=False))
    _erase_people(session, sets, but)
    session.expire_all()


def _erase_people(session: Session, sets: Sequence[int], but: int | None) -> None:
    people: ColumnElement[bool] = User.practice_id.in_(sets)
    if but is not None:
        people = people & (User.id != but)
    ids = select(User.id).where(people).scalar_subquery()
    unsynchronized = {"synchronize_session": False}
    session.execute(delete(SignIn).where(SignIn.user_id.in_(ids)), execution_options=unsynchronized)
    session.execute(delete(User).where(people), execution_options=unsynchronized)
