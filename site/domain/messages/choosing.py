"""What a reader may do of a sender: no longer be written to, or tell management of a message."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from communaute.domain.accounts import staff
from communaute.domain.messages import rights, stopping
from communaute.domain.messages.audience import lineage
from communaute.domain.messages.errors import Incomplete, MessageRefused
from communaute.domain.messages.inbox import received
from communaute.domain.messages.values import LONGEST_NOTE
from communaute.domain.structures.numbers import Siret
from communaute.mailing.messages import messages as mails
from communaute.mailing.outbox import post
from communaute.models.accounts import Role, User
from communaute.models.messages import Message, MessageHold, MessageMute, MessageReport
from communaute.models.structures import Structure


# Three structures that report hold a sender until an administrator looks.
ENOUGH = 3
REASONS = {
    "menace": "Il menace, insulte ou fait peur",
    "fraude": "Il ressemble à une fraude : il demande un mot de passe, un virement, un clic",
    "publicite": "C’est de la publicité",
    "autre": "Autre chose",
}


def mute(session: Session, user: User, structure_id: int, message_id: int) -> None:
    """This person no longer wants the sender's messages: no mail, a shelf apart. Nobody is told.

    Again changes nothing. Raises NotFound.
    """
    message = received(session, user, structure_id, message_id)
    there = select(MessageMute.id).where(
        MessageMute.user_id == user.id, MessageMute.structure_id == message.structure_id
    )
    if session.scalar(there) is None:
        session.add(MessageMute(user_id=user.id, structure_id=message.structure_id))
        session.flush()


def unmute(session: Session, user: User, structure_id: int, message_id: int) -> None:
    """The sender's messages are wanted again. Raises NotFound."""
    message = received(session, user, structure_id, message_id)
    session.execute(
        delete(MessageMute).where(
            MessageMute.user_id == user.id,
            MessageMute.structure_id.in_(lineage(message.structure_id)),
        ),
        execution_options={"synchronize_session": False},
    )


def report(
    session: Session,
    user: User,
    structure_id: int,
    message_id: int,
    reason: str,
    words: str,
    *,
    now: datetime,
    base_url: str,
) -> None:
    """Tell management that a message is not what messages are for; once for a structure.

    Three structures hold the sender. Raises NotFound, Incomplete (no such reason), MessageRefused.
    """
    message = received(session, user, structure_id, message_id)
    if reason not in REASONS:
        raise Incomplete({"reason": "Choisissez ce qui ne va pas."})
    # One at a time for a message: three reports at once must be counted three.
    session.scalars(select(Message.id).where(Message.id == message.id).with_for_update()).one()
    here = select(MessageReport.id).where(
        MessageReport.message_id == message.id,
        MessageReport.structure_id.in_(lineage(structure_id)),
    )
    if session.scalar(here.limit(1)) is not None:
        raise MessageRefused(
            "Votre structure a déjà signalé ce message. L’administration va le lire."
        )
    session.add(
        MessageReport(
            message_id=message.id,
            structure_id=structure_id,
            user_id=user.id,
            reason=reason,
            words=words.strip()[:LONGEST_NOTE],
            at=now,
        )
    )
    session.flush()
    if _reporters(session, message.structure_id) >= ENOUGH:
        _hold(session, message.structure_id, now, base_url)


def _reporters(session: Session, sender: int) -> int:
    """How many structures, by as many people, have reported this sender since it was let go."""
    lifted = select(func.max(MessageHold.lifted_at)).where(
        MessageHold.structure_id.in_(lineage(sender))
    )
    since = session.scalar(lifted)
    found = (
        select(
            func.count(MessageReport.structure_id.distinct()),
            func.count(MessageReport.user_id.distinct()),
        )
        .join(Message, Message.id == MessageReport.message_id)
        .where(Message.structure_id.in_(lineage(sender)))
    )
    if since is not None:
        found = found.where(MessageReport.at > since)
    # One person who manages three structures is one voice.
    return min(*session.execute(found).one())


def _hold(session: Session, sender: int, now: datetime, base_url: str) -> None:
    """Hold the sender, and tell those who decide; nothing when it is held already."""
    if rights.hold_on(session, sender) is not None:
        return
    structure = session.get_one(Structure, sender)
    stopping.place(session, sender, "trois structures ont signalé vos messages", now, by=None)
    if structure.practice_id is not None:
        return
    everybody = staff.everybody(session)
    for admin in (one for one in everybody if one.has_role(Role.ADMINISTRATOR.value)):
        mail = mails.held(
            to=admin.contact_address,
            sender=structure.name,
            siret=str(Siret(structure.siret)),
            link=f"{base_url}/gestion/messages",
        )
        post(session, mail, key=f"message-held-{sender}-{now:%Y%m%dT%H%M%S}-{admin.id}", due=now)
