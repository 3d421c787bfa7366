"""Undo the latest change of a practice chain: the old structure is as it was, nothing is lost."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from communaute.domain import audit
from communaute.domain.siret.errors import NotManager, NotUndoable
from communaute.domain.siret.rules import manageable
from communaute.domain.structures import access
from communaute.domain.structures.errors import NotFound
from communaute.domain.structures.events import EventKind, happened
from communaute.models.accounts import User
from communaute.models.siret import SiretChange, SiretDraft
from communaute.models.structures import (
    BillingMandate,
    Connection,
    Event,
    Invoice,
    Membership,
    MembershipState,
    Service,
    Space,
    Structure,
)


NO_SUCH_CHANGE = "Ce changement n’existe pas, ou il a déjà été annulé."
REFUSED_ACT = "siret-undo-refused"


def undo(session: Session, user: User, code: str, *, now: datetime) -> Structure:
    """Undo the latest change of a practice chain; the structure that is active again.

    Raises NotFound, NotManager, NotUndoable.
    """
    found = session.scalar(select(SiretChange).where(SiretChange.code == code))
    if found is None:
        raise NotFound(NO_SUCH_CHANGE)
    old_id, new_id = found.old_id, found.new_id
    _refuse_forged(session, user, new_id, code, now)
    new = access.locked(session, new_id)
    refuse_not_undoable(session, new)
    old = access.locked(session, old_id)
    _give_back(session, old_id, new_id)
    session.execute(delete(SiretChange).where(SiretChange.new_id == new_id))
    session.execute(delete(Structure).where(Structure.id == new_id))
    session.expunge(new)
    old.active = True
    happened(session, EventKind.SIRET_CHANGE_UNDONE, old_id, now, details={"siret": old.siret})
    session.flush()
    return old


def refuse_not_undoable(session: Session, new: Structure) -> None:
    """Raise NotUndoable in the real world, and for a change that another has followed."""
    if new.practice_id is None:
        raise NotUndoable(
            "Un changement de SIRET ne s’annule pas : seul un exercice s’annule. Écrivez au support "
            "de Chorus Pro si vous vous êtes trompé."
        )
    if is_replaced(session, new.id):
        raise NotUndoable("Un autre changement a suivi celui-ci : annulez d’abord le dernier.")


def is_replaced(session: Session, structure_id: int) -> bool:
    """Whether a structure has been replaced."""
    found = select(SiretChange.id).where(SiretChange.old_id == structure_id)
    return session.scalar(found) is not None


def _refuse_forged(session: Session, user: User, new_id: int, code: str, now: datetime) -> None:
    try:
        manageable(session, user, new_id)
    except (NotFound, NotManager) as refused:
        target = f"receipt {code}"
        audit.record_refusal(session, REFUSED_ACT, now=now, actor=user.id, target=target)
        if isinstance(refused, NotFound):
            raise NotFound(NO_SUCH_CHANGE) from None
        raise


def _give_back(session: Session, old_id: int, new_id: int) -> None:
    """People who came since, requests, invoices and events go back; copies go."""
    _give_people_back(session, old_id, new_id)
    for column in (Invoice.sender_id, Invoice.recipient_id):
        session.execute(update(Invoice).where(column == new_id).values({column: old_id}))
    session.execute(update(Event).where(Event.structure_id == new_id).values(structure_id=old_id))
    for table in (Membership, Service, Space, BillingMandate, Connection, SiretDraft):
        session.execute(delete(table).where(table.structure_id == new_id))


def _give_people_back(session: Session, old_id: int, new_id: int) -> None:
    """Move people's attachments back to the old structure, unless they have one in force there."""
    on_new = select(Membership.user_id).where(Membership.structure_id == new_id)
    session.execute(
        delete(Membership)
        .where(
            Membership.structure_id == old_id,
            Membership.state == MembershipState.REFUSED,
            Membership.user_id.in_(on_new.scalar_subquery()),
        )
        .execution_options(synchronize_session=False)
    )
    on_old = select(Membership.user_id).where(Membership.structure_id == old_id)
    session.execute(
        update(Membership)
        .where(
            Membership.structure_id == new_id,
            Membership.user_id.not_in(on_old.scalar_subquery()),
        )
        .values(structure_id=old_id)
        .execution_options(synchronize_session=False)
    )
