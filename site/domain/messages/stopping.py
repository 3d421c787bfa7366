"""An administrator's stop: what has not left waits, of one sender or of everybody; and a raised limit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute.domain import audit
from communaute.domain.messages import files
from communaute.domain.messages.audience import lineage
from communaute.domain.messages.errors import Incomplete, MessageRefused
from communaute.domain.messages.rights import hold_on
from communaute.domain.messages.values import LONGEST_LINE, MOST_EVER, MOST_RECIPIENTS
from communaute.domain.structures.numbers import Siret
from communaute.french.numbers import number
from communaute.mailing import outbox
from communaute.models.messages import (
    Message,
    MessageAllowance,
    MessageHold,
    MessageReport,
    MessageState,
)
from communaute.models.structures import Structure


# Of the real world. Asked apart of each message, so that a list is read from its own end: joined,
# SQLite would begin with all the structures that are real, that is nearly all.
REAL = Message.structure.has(Structure.practice_id.is_(None))


@dataclass(frozen=True)
class HoldLine:
    """A stop in force. `sender` is empty when it holds everybody."""

    id: int
    sender: str
    siret: str
    reason: str
    placed_at: datetime
    by_reports: bool


@dataclass(frozen=True)
class ReportLine:
    """What a recipient said of a message; never which recipient."""

    message_id: int
    subject: str
    body: str
    sender: str
    siret: str
    structure_id: int
    reason: str
    words: str
    at: datetime


@dataclass(frozen=True)
class WaitingLine:
    """A message that has not left."""

    message_id: int
    subject: str
    sender: str
    siret: str
    recipients: int
    urgent_reason: str
    sends_at: datetime | None


@dataclass(frozen=True)
class Overview:
    """What management sees of messages."""

    # The first of them, that of everybody at their head.
    holds: tuple[HoldLine, ...]
    reports: tuple[ReportLine, ...]
    waiting: tuple[WaitingLine, ...]
    sent_lately: int
    weight: int


def stop(session: Session, siret: str, reason: str, *, actor: int, now: datetime) -> MessageHold:
    """Hold what has not left: of the sender of a SIRET, or of everybody when it is empty.

    Mails that wait in the outbox wait too. Raises Incomplete (no reason, no such structure),
    MessageRefused (held already).
    """
    told = reason.strip()[:LONGEST_LINE]
    if not told:
        raise Incomplete({"reason": "Dites pourquoi : les expéditeurs retenus le liront."})
    sender = _of_siret(session, siret) if siret.strip() else None
    held = select(MessageHold.id).where(
        MessageHold.lifted_at.is_(None),
        MessageHold.structure_id.is_(None)
        if sender is None
        else MessageHold.structure_id == sender,
    )
    if session.scalar(held.limit(1)) is not None:
        raise MessageRefused("C’est déjà arrêté.")
    made = place(session, sender, told, now, by=actor)
    target = "messages of everybody" if sender is None else f"structure {sender}"
    audit.record(
        session, "messages-stopped", now=now, actor=actor, target=target, details={"reason": told}
    )
    return made


def place(
    session: Session, sender: int | None, reason: str, now: datetime, *, by: int | None
) -> MessageHold:
    """Write the stop down, and keep back the mails that wait."""
    made = MessageHold(structure_id=sender, reason=reason, placed_at=now, placed_by=by)
    session.add(made)
    session.flush()
    for _, about in _waiting_mails(session, sender):
        outbox.hold_about(session, about)
    return made


def lift(session: Session, hold_id: int, *, actor: int, now: datetime) -> None:
    """Let what was held go on: it leaves at the next pass, within the hours, checked again.

    Raises MessageRefused (lifted already).
    """
    held = session.scalar(select(MessageHold).where(MessageHold.id == hold_id).with_for_update())
    if held is None or held.lifted_at is not None:
        raise MessageRefused("Cet arrêt est déjà levé.")
    held.lifted_at, held.lifted_by = now, actor
    session.flush()
    for sender, about in _waiting_mails(session, held.structure_id):
        if hold_on(session, sender) is None:
            outbox.release_about(session, about, lambda _recipient: now)
    target = (
        "messages of everybody" if held.structure_id is None else f"structure {held.structure_id}"
    )
    audit.record(session, "messages-resumed", now=now, actor=actor, target=target)


def raise_limit(
    session: Session, siret: str, most: int, *, actor: int, now: datetime
) -> MessageAllowance:
    """Let a sender write to more structures at once; the usual number lowers it again.

    Raises Incomplete.
    """
    if not MOST_RECIPIENTS <= most <= MOST_EVER:
        raise Incomplete(
            {"most": f"Donnez un nombre de {number(MOST_RECIPIENTS)} à {number(MOST_EVER)}."}
        )
    sender = _of_siret(session, siret)
    row = session.get(MessageAllowance, sender)
    if row is None:
        row = MessageAllowance(structure_id=sender)
        session.add(row)
    row.most, row.granted_by, row.granted_at = most, actor, now
    audit.record(
        session,
        "messages-limit-raised",
        now=now,
        actor=actor,
        target=f"structure {sender}",
        details={"most": str(most)},
    )
    session.flush()
    return row


def overview(session: Session, since: datetime) -> Overview:
    """What is held, reported and about to leave, in the real world."""
    sent = (
        select(func.count(Message.id))
        .join(Message.structure)
        .where(Structure.practice_id.is_(None), Message.sent_at >= since)
    )
    return Overview(
        holds=tuple(_holds(session)),
        reports=tuple(_reports(session)),
        waiting=tuple(_waiting(session)),
        sent_lately=session.scalar(sent) or 0,
        weight=files.weight(session),
    )


def _of_siret(session: Session, typed: str) -> int:
    digits = "".join(c for c in typed if c.isdigit())
    found = session.scalar(
        select(Structure.id).where(Structure.siret == digits, Structure.practice_id.is_(None))
    )
    if found is None:
        raise Incomplete({"siret": "Aucune structure du site n’a ce SIRET."})
    return found


def _waiting_mails(session: Session, sender: int | None) -> list[tuple[int, str]]:
    """The sent messages of a sender, or of everybody, whose mails still wait."""
    waiting = outbox.subjects_not_sent(session, "message-arrived")
    numbers = [int(about.split()[-1]) for about in waiting]
    found = select(Message.structure_id, Message.id).where(Message.id.in_(numbers))
    if sender is not None:
        found = found.where(Message.structure_id.in_(lineage(sender)))
    return [(who, f"message {number}") for who, number in session.execute(found)]


def _holds(session: Session, most: int = 50) -> list[HoldLine]:
    rows = session.execute(
        select(MessageHold, Structure)
        .outerjoin(Structure, Structure.id == MessageHold.structure_id)
        .where(MessageHold.lifted_at.is_(None), Structure.practice_id.is_(None))
        .order_by(MessageHold.structure_id.is_not(None), MessageHold.id)
        .limit(most)
    )
    return [
        HoldLine(
            hold.id,
            structure.name if structure else "",
            str(Siret(structure.siret)) if structure else "",
            hold.reason,
            hold.placed_at,
            hold.placed_by is None,
        )
        for hold, structure in rows
    ]


def _reports(session: Session, most: int = 50) -> list[ReportLine]:
    rows = session.execute(
        select(MessageReport, Message, Structure)
        .join(Message, Message.id == MessageReport.message_id)
        .join(Structure, Structure.id == Message.structure_id)
        .where(REAL)
        .order_by(MessageReport.id.desc())
        .limit(most)
    )
    return [
        ReportLine(
            message.id,
            message.subject,
            message.body,
            sender.name,
            str(Siret(sender.siret)),
            sender.id,
            report.reason,
            report.words,
            report.at,
        )
        for report, message, sender in rows
    ]


def _waiting(session: Session, most: int = 50) -> list[WaitingLine]:
    rows = session.execute(
        select(Message, Structure)
        .join(Structure, Structure.id == Message.structure_id)
        .where(REAL, Message.state == MessageState.PREPARED)
        .order_by(Message.sends_at, Message.id)
        .limit(most)
    )
    return [
        WaitingLine(
            message.id,
            message.subject,
            sender.name,
            str(Siret(sender.siret)),
            int(message.counts.get("frozen", 0)),
            message.urgent_reason if message.urgent else "",
            message.sends_at,
        )
        for message, sender in rows
    ]
