"""« Mes messages »: what a structure tells those it exchanges invoices with, one way."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from communaute.extensions import Model
from communaute.models.columns import Moment
from communaute.models.structures import Structure


class MessageState(StrEnum):
    """Where a message is.

    draft → prepared (its recipients are frozen, nothing has left) → sent, or back to draft when it
    is recalled, or unsent when nobody could be sent it any more. A sent one may be withdrawn.
    """

    DRAFT = "draft"
    PREPARED = "prepared"
    SENT = "sent"
    UNSENT = "unsent"
    WITHDRAWN = "withdrawn"


class ReceiptState(StrEnum):
    """Where a message is for one recipient: held until it leaves, arrived, or dropped at the door."""

    FROZEN = "frozen"
    ARRIVED = "arrived"
    DROPPED = "dropped"


def _account() -> Mapped[int | None]:
    """Who acted: erased with the account, the act stays."""
    return mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"), index=True)


class Message(Model):
    """One message of a structure, from its draft to its withdrawal."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(
        ForeignKey("structure.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[int | None] = _account()
    state: Mapped[str] = mapped_column(String(10))
    # Counts the times it was saved: what is prepared is what was read.
    version: Mapped[int] = mapped_column(default=1)
    # Which ready-made text it began with.
    model: Mapped[str] = mapped_column(String(40), default="")
    subject: Mapped[str] = mapped_column(String(150), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    # « Ce message ne concerne que… »
    concerns: Mapped[str] = mapped_column(String(300), default="")
    valid_until: Mapped[date | None]
    urgent: Mapped[bool] = mapped_column(default=False)
    urgent_reason: Mapped[str] = mapped_column(String(300), default="")
    # Which partners are wanted, by filter; empty: all of them.
    filters: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    # The message that it corrects, and what is different.
    corrects_id: Mapped[int | None] = mapped_column(
        ForeignKey("message.id", ondelete="SET NULL"), index=True
    )
    what_changed: Mapped[str] = mapped_column(String(500), default="")
    # The SIRET change that it announces.
    change_id: Mapped[int | None] = mapped_column(
        ForeignKey("siret_change.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment, index=True)
    prepared_at: Mapped[datetime | None] = mapped_column(Moment)
    sends_at: Mapped[datetime | None] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_note: Mapped[str] = mapped_column(String(500), default="")
    # Why it was not sent; what was counted when it was.
    outcome: Mapped[str] = mapped_column(String(30), default="")
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # Its words without accents or capitals, for the search of an inbox.
    searched: Mapped[str] = mapped_column(Text, default="")

    structure: Mapped[Structure] = relationship()
    corrects: Mapped["Message | None"] = relationship(remote_side="Message.id")

    __table_args__ = (Index("ix_message_due", "state", "sends_at"),)


class MessageReceipt(Model):
    """One message for one recipient. It says when the structure has read it, never who did."""

    __tablename__ = "message_receipt"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(8))
    # Why it was dropped, or how it came (a SIRET changed meanwhile).
    reason: Mapped[str] = mapped_column(String(30), default="")
    arrived_at: Mapped[datetime | None] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("message_id", "structure_id"),
        Index("ix_message_receipt_structure", "structure_id", "state", "arrived_at"),
    )


class MessageAttachment(Model):
    """A file of a message. Its kind is what its bytes are, whatever its name says."""

    __tablename__ = "message_attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(
        ForeignKey("message.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(4))
    size: Mapped[int]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))


class MessageMute(Model):
    """A person who no longer wants the messages of a sender: the sender never knows."""

    __tablename__ = "message_mute"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    structure_id: Mapped[int] = mapped_column(
        ForeignKey("structure.id", ondelete="CASCADE"), index=True
    )

    __table_args__ = (UniqueConstraint("user_id", "structure_id"),)


class MessageReport(Model):
    """A recipient says that a message is not what messages are for."""

    __tablename__ = "message_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    structure_id: Mapped[int] = mapped_column(
        ForeignKey("structure.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[int | None] = _account()
    reason: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("message_id", "structure_id"),)


class MessageHold(Model):
    """Messages are held: of one sender, or of everybody (`structure_id` None). Until it is lifted."""

    __tablename__ = "message_hold"

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int | None] = mapped_column(
        ForeignKey("structure.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str] = mapped_column(String(300))
    placed_at: Mapped[datetime] = mapped_column(Moment)
    # None: three reports placed it.
    placed_by: Mapped[int | None] = _account()
    lifted_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    lifted_by: Mapped[int | None] = _account()


class MessageAllowance(Model):
    """How many recipients one sender may write to at once, when an administrator raised it."""

    __tablename__ = "message_allowance"

    structure_id: Mapped[int] = mapped_column(
        ForeignKey("structure.id", ondelete="CASCADE"), primary_key=True
    )
    most: Mapped[int]
    granted_by: Mapped[int | None] = _account()
    granted_at: Mapped[datetime] = mapped_column(Moment)
