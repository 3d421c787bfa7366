"""What a structure has written: where each message is, how many have read it, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from communaute.domain import audit
from communaute.domain.messages import files, rights, values
from communaute.domain.messages.audience import lineage
from communaute.domain.messages.errors import Incomplete, MessageRefused
from communaute.domain.paging import page_among
from communaute.french.numbers import plural
from communaute.mailing import outbox
from communaute.models.accounts import User
from communaute.models.messages import Message, MessageReceipt, MessageState, ReceiptState


PAGE = 20
STATES = {
    MessageState.DRAFT: "Brouillon",
    MessageState.PREPARED: "Prêt à partir",
    MessageState.SENT: "Envoyé",
    MessageState.UNSENT: "Non parti",
    MessageState.WITHDRAWN: "Retiré",
}
WHY_UNSENT = {
    "sender-replaced": "votre structure a changé de SIRET entre-temps. Reprenez le message depuis la nouvelle",
    "author-left": "la personne qui l’a préparé ne gère plus la structure. Un autre gestionnaire peut le "
    "reprendre",
    "expired": "sa date de validité était passée",
    "nobody-left": "plus aucune structure ne répondait aux critères au moment de l’envoi",
}
WHY_DROPPED = {
    values.Reason.FILTERED: "ne répond plus aux critères choisis",
    values.Reason.INACTIVE: "n’est plus active",
    values.Reason.RECENT: "a reçu un autre message de vous dans la semaine",
    values.Reason.DIRECTION: "n’est plus dans le sens permis",
    values.Reason.GONE: "n’est plus de vos partenaires",
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where one message is, as its sender sees it."""

    message: Message
    state: MessageState
    files: tuple[values.FileLine, ...]
    # « lu par 12 structures sur 40 », « lu par moins de 5 structures sur 40 ».
    read: str
    happened: tuple[str, ...]
    why_unsent: str
    held: str
    corrections: tuple[Message, ...]


@dataclass(frozen=True)
class SentPage:
    """A page of a structure's messages."""

    lines: tuple[values.SentLine, ...]
    total: int
    page: int
    pages: int


def sent_page(
    session: Session, user: User, structure_id: int, now: datetime, page: int = 1
) -> SentPage:
    """The messages of a structure that are not drafts, the latest first. Raises NotFound, Forbidden."""
    rights.sender(session, user, structure_id, now)
    own = select(Message).where(
        Message.structure_id.in_(lineage(structure_id)), Message.state != MessageState.DRAFT
    )
    total = session.scalar(select(func.count()).select_from(own.subquery())) or 0
    page, pages = page_among(page, total, PAGE)
    ordered = own.order_by(Message.updated_at.desc(), Message.id.desc())
    found = session.scalars(ordered.offset((page - 1) * PAGE).limit(PAGE)).all()
    read = _read_counts(session, [one.id for one in found])
    return SentPage(tuple(_line(one, read.get(one.id, 0)) for one in found), total, page, pages)


def _line(message: Message, read: int) -> values.SentLine:
    recipients = int(message.counts.get("arrived", message.counts.get("frozen", 0)))
    return values.SentLine(
        id=message.id,
        subject=message.subject,
        state=MessageState(message.state),
        at=message.sent_at or message.sends_at or message.updated_at,
        valid_until=message.valid_until,
        recipients=recipients,
        read=read_in_words(read, recipients) if message.sent_at else "",
        is_correction=message.corrects_id is not None,
    )


def read_in_words(read: int, recipients: int) -> str:
    """« lu par 12 structures sur 40 »; never a name, nor a figure below five."""
    among = f" sur {recipients}" if recipients >= values.FEWEST else ""
    return f"lu par {values.few(read)} structures{among}"


def _read_counts(session: Session, messages: Sequence[int]) -> dict[int, int]:
    rows = (
        select(MessageReceipt.message_id, func.count())
        .where(
            MessageReceipt.message_id.in_(messages),
            MessageReceipt.state == ReceiptState.ARRIVED,
            MessageReceipt.read_at.is_not(None),
        )
        .group_by(MessageReceipt.message_id)
    )
    return dict(session.execute(rows).all())


def standing(
    session: Session, user: User, structure_id: int, message_id: int, now: datetime
) -> Standing:
    """Where one of a structure's messages is. Raises NotFound, Forbidden."""
    message = rights.own_message(session, user, structure_id, message_id, now)
    held = rights.hold_on(session, structure_id)
    read = _read_counts(session, [message.id]).get(message.id, 0)
    newer = select(Message).where(Message.corrects_id == message.id).order_by(Message.id)
    return Standing(
        message=message,
        state=MessageState(message.state),
        files=files.of(session, message.id),
        read=read_in_words(read, int(message.counts.get("arrived", 0))),
        happened=tuple(_happened(message)),
        why_unsent=WHY_UNSENT.get(message.outcome, ""),
        held=held.reason if held else "",
        corrections=tuple(session.scalars(newer)),
    )


def before(session: Session, draft: Message) -> Message | None:
    """The latest version that was sent of the message that a draft corrects; None for a first message."""
    if draft.corrects_id is None:
        return None
    versions = (Message.id == draft.corrects_id) | (Message.corrects_id == draft.corrects_id)
    sent = select(Message).where(versions, Message.sent_at.is_not(None), Message.id != draft.id)
    return session.scalar(sent.order_by(Message.id.desc()).limit(1))


def _happened(message: Message) -> list[str]:
    """What was counted when it left, in sentences."""
    counts, told = message.counts, []
    dropped = counts.get("dropped", {})
    for reason, sentence in WHY_DROPPED.items():
        if count := int(dropped.get(reason, 0)):
            who = plural(count, "structure retenue", "structures retenues")
            told.append(
                f"{who} au départ : elle {sentence}."
                if count == 1
                else f"{who} au départ : chacune {sentence}."
            )
    if count := int(counts.get("followed", 0)):
        who = plural(count, "structure a changé", "structures ont changé")
        told.append(f"{who} de SIRET entre-temps : le message est allé à la nouvelle.")
    if message.sent_at is not None and (count := int(counts.get("without_people", 0))):
        told.append(
            f"{values.few(count)} n’ont personne sur ce site : le message y attend.".capitalize()
        )
    if count := int(counts.get("joined", 0)):
        who = plural(count, "autre structure répond", "autres structures répondent")
        told.append(
            f"{who} maintenant aux critères, mais pas au moment de la préparation : elle n’a rien reçu."
            if count == 1
            else f"{who} maintenant aux critères, mais pas au moment de la préparation : elles n’ont rien reçu."
        )
    return told


def withdraw(
    session: Session, user: User, structure_id: int, message_id: int, note: str, now: datetime
) -> Message:
    """Take a sent message out of the inboxes, with a note that says why; mails that wait do not leave.

    Raises NotFound, Forbidden, Incomplete (no note), MessageRefused (not sent, or withdrawn already).
    """
    message = rights.own_message(session, user, structure_id, message_id, now)
    if message.state != MessageState.SENT:
        raise MessageRefused("Seul un message envoyé se retire, et une seule fois.")
    told = note.strip()
    if not told:
        raise Incomplete({"note": "Dites aux destinataires pourquoi vous retirez ce message."})
    if len(told) > values.LONGEST_NOTE:
        raise Incomplete(
            {"note": f"{len(told)} caractères : raccourcissez à {values.LONGEST_NOTE} au plus."}
        )
    message.state, message.withdrawn_note = MessageState.WITHDRAWN, told
    message.withdrawn_at = message.updated_at = now
    outbox.withdraw_about(session, f"message {message.id}")
    audit.record(
        session, "message-withdrawn", now=now, actor=user.id, target=f"message {message.id}"
    )
    session.flush()
    return message


def reuse(
    session: Session, user: User, structure_id: int, message_id: int, now: datetime
) -> Message:
    """Make a message that did not leave a draft again. Raises NotFound, Forbidden, MessageRefused."""
    message = rights.own_message(session, user, structure_id, message_id, now)
    if message.state != MessageState.UNSENT:
        raise MessageRefused("Seul un message qui n’est pas parti se reprend.")
    session.execute(delete(MessageReceipt).where(MessageReceipt.message_id == message.id))
    message.structure_id = structure_id  # the one that has replaced it, where it has
    message.state, message.outcome, message.counts = MessageState.DRAFT, "", {}
    message.version, message.updated_at, message.author_id = message.version + 1, now, user.id
    message.prepared_at = message.sends_at = None
    session.flush()
    return message
