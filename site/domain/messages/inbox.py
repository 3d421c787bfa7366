"""Read: what a structure was sent, under whatever SIRET. Read by one, it is read for the structure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from communaute.domain.messages import files, rights
from communaute.domain.messages.audience import lineage, lineages
from communaute.domain.messages.values import FileLine
from communaute.domain.paging import page_among
from communaute.domain.structures.errors import NotFound
from communaute.domain.structures.numbers import Siret
from communaute.french.dates import in_paris
from communaute.french.folding import words
from communaute.models.accounts import User
from communaute.models.messages import (
    Message,
    MessageAttachment,
    MessageMute,
    MessageReceipt,
    MessageReport,
    MessageState,
    ReceiptState,
)
from communaute.models.siret import SiretChange
from communaute.models.structures import Structure


PAGE = 20
READABLE = (MessageState.SENT, MessageState.WITHDRAWN)


class Shelf(StrEnum):
    """Where a message lies in an inbox. The values are in addresses: keep them."""

    CURRENT = "en-cours"
    EXPIRED = "perimes"
    MUTED = "en-sourdine"


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """One message in an inbox."""

    id: int
    subject: str
    sender: str
    arrived_at: datetime
    valid_until: date | None
    unread: bool
    withdrawn: bool
    corrected: bool


@dataclass(frozen=True)
class Inbox:
    """A page of an inbox; `unread` counts what is current and unread, whatever is asked for."""

    lines: tuple[ReceivedLine, ...]
    total: int
    page: int
    pages: int
    unread: int
    counts: dict[Shelf, int]


@dataclass(frozen=True, kw_only=True)
class Received:
    """One message as its reader sees it. `correction` is the version that replaced it, if one did."""

    id: int
    structure: Structure
    sender_name: str
    sender_siret: Siret
    subject: str
    body: str
    concerns: str
    urgent_reason: str
    what_changed: str
    corrects: int | None
    correction: int | None
    sent_at: datetime
    valid_until: date | None
    expired: bool
    withdrawn_at: datetime | None
    withdrawn_note: str
    read_at: datetime | None
    muted: bool
    reported: bool
    files: tuple[FileLine, ...]


def inbox(
    session: Session,
    user: User,
    structure_id: int,
    now: datetime,
    *,
    shelf: Shelf = Shelf.CURRENT,
    query: str = "",
    page: int = 1,
) -> Inbox:
    """What a structure was sent: unread first, then the latest. Raises NotFound (not attached)."""
    rights.reads(session, user, structure_id)
    today = in_paris(now).date()
    shelves = {one: _on_shelf(one, user, today) for one in Shelf}
    counts = {one: _count(session, structure_id, shelves[one]) for one in Shelf}
    asked = [
        *shelves[shelf],
        *(Message.searched.contains(word, autoescape=True) for word in words(query)[:8]),
    ]
    total = _count(session, structure_id, asked) if query else counts[shelf]
    page, pages = page_among(page, total, PAGE)
    ordered = _received(structure_id).where(*asked)
    ordered = ordered.order_by(
        MessageReceipt.read_at.is_not(None), MessageReceipt.arrived_at.desc(), Message.id.desc()
    )
    rows = session.execute(ordered.offset((page - 1) * PAGE).limit(PAGE))
    unread = _count(session, structure_id, [*shelves[Shelf.CURRENT], *UNREAD])
    return Inbox(tuple(_line(*row) for row in rows), total, page, pages, unread, counts)


UNREAD = (MessageReceipt.read_at.is_(None), Message.state == MessageState.SENT)


def _received(structure_id: int) -> Select[Any]:
    newer = aliased(Message)
    corrected = exists().where(newer.corrects_id == Message.id, newer.sent_at.is_not(None))
    return (
        select(Message, Structure.name, MessageReceipt, case((corrected, 1), else_=0))
        .join(MessageReceipt, MessageReceipt.message_id == Message.id)
        .join(Structure, Structure.id == Message.structure_id)
        .where(
            MessageReceipt.structure_id.in_(lineage(structure_id)),
            MessageReceipt.state == ReceiptState.ARRIVED,
            Message.state.in_(READABLE),
        )
    )


def _on_shelf(shelf: Shelf, user: User, today: date) -> list[ColumnElement[bool]]:
    muted = _muted_by(user)
    if shelf is Shelf.MUTED:
        return [muted]
    expired = Message.valid_until < today
    return [~muted, expired if shelf is Shelf.EXPIRED else ~expired]


def _muted_by(user: User) -> ColumnElement[bool]:
    """Whether this person muted the sender, under this SIRET or one that it has replaced."""
    own = select(MessageMute.structure_id.label("id")).where(MessageMute.user_id == user.id)
    line = own.cte("muted", recursive=True)
    after = select(SiretChange.new_id).join(line, SiretChange.old_id == line.c.id)
    return Message.structure_id.in_(select(line.union_all(after).c.id))


def _count(session: Session, structure_id: int, asked: Sequence[ColumnElement[bool]]) -> int:
    wanted = _received(structure_id).where(*asked).with_only_columns(func.count())
    return session.scalar(wanted) or 0


def _line(message: Message, sender: str, receipt: MessageReceipt, corrected: int) -> ReceivedLine:
    withdrawn = message.state == MessageState.WITHDRAWN
    return ReceivedLine(
        message.id,
        message.subject,
        sender,
        receipt.arrived_at or message.updated_at,
        message.valid_until,
        receipt.read_at is None and not withdrawn,
        withdrawn,
        bool(corrected),
    )


def unread_of(
    session: Session, user: User, structure_ids: Sequence[int], now: datetime
) -> dict[int, int]:
    """How many current messages are unread, by structure, in one question."""
    line = lineages(structure_ids)
    unread = (
        select(line.c.heir, func.count())
        .join(MessageReceipt, MessageReceipt.structure_id == line.c.id)
        .join(Message, Message.id == MessageReceipt.message_id)
        .where(
            MessageReceipt.state == ReceiptState.ARRIVED,
            *_on_shelf(Shelf.CURRENT, user, in_paris(now).date()),
            *UNREAD,
        )
        .group_by(line.c.heir)
    )
    counts = {row[0]: row[1] for row in session.execute(unread)}
    return {number: counts.get(number, 0) for number in structure_ids}


def read(
    session: Session, user: User, structure_id: int, message_id: int, now: datetime
) -> Received:
    """One message. Raises NotFound: not attached, or not sent to this structure."""
    structure = rights.reads(session, user, structure_id)
    message, _, receipt, _ = _one(session, structure_id, message_id)
    sender = session.get_one(Structure, message.structure_id)
    withdrawn = message.state == MessageState.WITHDRAWN
    first = message.corrects_id or message.id
    return Received(
        id=message.id,
        structure=structure,
        sender_name=sender.name,
        sender_siret=Siret(sender.siret),
        subject=message.subject,
        body="" if withdrawn else message.body,
        concerns=message.concerns,
        urgent_reason=message.urgent_reason if message.urgent else "",
        what_changed=message.what_changed,
        corrects=message.corrects_id,
        correction=_correction(session, first, message.id, structure_id),
        sent_at=message.sent_at or now,
        valid_until=message.valid_until,
        expired=message.valid_until is not None and message.valid_until < in_paris(now).date(),
        withdrawn_at=message.withdrawn_at,
        withdrawn_note=message.withdrawn_note,
        read_at=receipt.read_at,
        muted=_is_muted(session, user, message),
        reported=_is_reported(session, message.id, structure_id),
        files=() if withdrawn else files.of(session, message.id),
    )


def _one(
    session: Session, structure_id: int, message_id: int
) -> tuple[Message, str, MessageReceipt, int]:
    row = session.execute(_received(structure_id).where(Message.id == message_id).limit(1)).first()
    if row is None:
        raise NotFound(rights.NO_SUCH_MESSAGE)
    message, sender, receipt, corrected = row
    return message, sender, receipt, corrected


def _correction(session: Session, first: int, number: int, structure_id: int) -> int | None:
    """The latest version that this structure has received, when it is not this one."""
    versions = _received(structure_id).where(Message.corrects_id == first, Message.id > number)
    return session.scalar(versions.with_only_columns(func.max(Message.id)))


def _is_muted(session: Session, user: User, message: Message) -> bool:
    found = select(Message.id).where(Message.id == message.id, _muted_by(user))
    return session.scalar(found) is not None


def _is_reported(session: Session, message_id: int, structure_id: int) -> bool:
    found = select(MessageReport.id).where(
        MessageReport.message_id == message_id,
        MessageReport.structure_id.in_(lineage(structure_id)),
    )
    return session.scalar(found.limit(1)) is not None


def received(session: Session, user: User, structure_id: int, message_id: int) -> Message:
    """A message that this person's structure has received. Raises NotFound."""
    rights.reads(session, user, structure_id)
    message, *_ = _one(session, structure_id, message_id)
    return message


def mark_read(
    session: Session, user: User, structure_id: int, message_id: int, now: datetime
) -> None:
    """The structure has read it; who did is not kept. Again changes nothing. Raises NotFound."""
    rights.reads(session, user, structure_id)
    _one(session, structure_id, message_id)
    own = update(MessageReceipt).where(
        MessageReceipt.message_id == message_id,
        MessageReceipt.structure_id.in_(lineage(structure_id)),
        MessageReceipt.state == ReceiptState.ARRIVED,
        MessageReceipt.read_at.is_(None),
    )
    session.execute(own.values(read_at=now), execution_options={"synchronize_session": False})
    session.expire_all()


def attachment(
    session: Session, user: User, structure_id: int, message_id: int, file_id: int
) -> MessageAttachment:
    """A file of a message that this structure has received. Raises NotFound (withdrawn too)."""
    rights.reads(session, user, structure_id)
    message, *_ = _one(session, structure_id, message_id)
    found = session.get(MessageAttachment, file_id)
    if found is None or found.message_id != message.id or message.state != MessageState.SENT:
        raise NotFound("Ce fichier n’existe pas, ou le message a été retiré.")
    return found
