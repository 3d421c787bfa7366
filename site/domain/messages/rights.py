"""Who may write for a structure, and who may read what it was sent.

A refusal of what no page of ours sends is written to the audit log.
"""

from datetime import datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from communaute.domain import audit
from communaute.domain.messages.audience import lineage
from communaute.domain.messages.errors import Held
from communaute.domain.structures import access
from communaute.domain.structures.errors import Forbidden, NotFound
from communaute.domain.structures.values import MANAGERS
from communaute.models.accounts import User
from communaute.models.messages import Message, MessageHold, MessageState
from communaute.models.structures import Structure


REFUSED_ACT = "message-refused"
NO_SUCH_MESSAGE = "Ce message n’existe pas, ou il n’est pas de cette structure."
MANAGERS_WRITE = (
    "Seul un gestionnaire écrit au nom de la structure. Demandez-le au gestionnaire de la vôtre."
)


def sender(session: Session, user: User, structure_id: int, now: datetime) -> Structure:
    """The structure, if this person may write for it. Raises NotFound, Forbidden: both are noted."""
    found = access.membership_of(session, user, structure_id)
    if found is None or found.role not in MANAGERS:
        note(session, user, f"structure {structure_id}", now)
        raise NotFound(access.NO_SUCH_STRUCTURE) if found is None else Forbidden(MANAGERS_WRITE)
    return found.structure


def own_message(
    session: Session, user: User, structure_id: int, message_id: int, now: datetime
) -> Message:
    """A message of a structure this person writes for, held until the transaction ends.

    Those written under an earlier SIRET are the structure's own too. Raises NotFound, Forbidden: both are noted.
    """
    sender(session, user, structure_id, now)
    found = session.scalar(
        select(Message)
        .where(Message.id == message_id, Message.structure_id.in_(lineage(structure_id)))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        note(session, user, f"message {message_id} of structure {structure_id}", now)
        raise NotFound(NO_SUCH_MESSAGE)
    return found


def own_draft(
    session: Session, user: User, structure_id: int, message_id: int, now: datetime
) -> Message:
    """The same, still a draft; it goes with the structure when its SIRET has changed.

    Raises NotFound when it is no longer a draft.
    """
    found = own_message(session, user, structure_id, message_id, now)
    if found.state != MessageState.DRAFT:
        raise NotFound(NO_SUCH_MESSAGE)
    found.structure_id = structure_id
    return found


def reads(session: Session, user: User, structure_id: int) -> Structure:
    """The structure, if this person is attached to it. Raises NotFound."""
    found = access.membership_of(session, user, structure_id)
    if found is None:
        raise NotFound(access.NO_SUCH_STRUCTURE)
    return found.structure


def hold_on(session: Session, structure_id: int) -> MessageHold | None:
    """What holds the messages of a sender, under whatever SIRET; None when nothing does."""
    real = exists().where(Structure.id == structure_id, Structure.practice_id.is_(None))
    found = select(MessageHold).where(
        MessageHold.lifted_at.is_(None),
        or_(
            # What is invented reaches nobody: only the real world is held as a whole.
            and_(MessageHold.structure_id.is_(None), real),
            MessageHold.structure_id.in_(lineage(structure_id)),
        ),
    )
    return session.scalars(found.order_by(MessageHold.id).limit(1)).first()


def refuse_held(session: Session, structure_id: int) -> None:
    """Raise Held when nothing may be prepared."""
    held = hold_on(session, structure_id)
    if held is not None:
        who = (
            "L’envoi de messages est suspendu"
            if held.structure_id is None
            else "Vos envois sont suspendus"
        )
        raise Held(
            f"{who} par l’administration du site : {held.reason}. Votre brouillon est gardé. Écrivez à "
            "l’administration par la page Contact."
        )


def note(session: Session, user: User, target: str, now: datetime) -> None:
    """Write a forged request to the audit log, and nothing else of the session."""
    audit.record_refusal(session, REFUSED_ACT, now=now, actor=user.id, target=target)
