"""Deliveries: every mail the site sends, from the act that asks for it to its outcome."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from communaute.extensions import Model, current_request
from communaute.models.columns import Moment


class DeliveryState(StrEnum):
    """Where a mail is.

    waiting → sending → sent, or back to waiting (tried again later), or failed (given up).
    sending → uncertain when nobody can tell whether the server took it: people decide, never
    the machine, because sending again could make a silent double.
    waiting ⇄ held: a sending to a list is paused.
    """

    WAITING = "waiting"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    WITHDRAWN = "withdrawn"


class Delivery(Model):
    """One mail to one person. `key` says which: asking twice for the same sends it once."""

    __tablename__ = "delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    # Printed at the mail's foot: its reader asks here whether the mail is ours. None: an older mail.
    code: Mapped[str | None] = mapped_column(String(9), index=True, default=None)
    recipient: Mapped[str] = mapped_column(String(320), index=True)
    subject: Mapped[str] = mapped_column(String(300))
    template: Mapped[str] = mapped_column(String(60))
    # Emptied once sent: it may hold a link that opens something.
    context: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Emptied likewise: name, type and content (base64) of each file that travels along.
    attachments: Mapped[list[dict[str, str]]] = mapped_column(
        JSON, default=list, server_default="[]"
    )
    why: Mapped[str] = mapped_column(Text)
    # What it speaks of (`registration 12`), so that a change of that withdraws what waits.
    about: Mapped[str | None] = mapped_column(String(60), index=True)
    list_name: Mapped[str | None] = mapped_column(String(60))
    unsubscribe_url: Mapped[str | None] = mapped_column(String(500))
    unsubscribe_mail: Mapped[str | None] = mapped_column(String(320), default=None)
    priority: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    give_up_at: Mapped[datetime] = mapped_column(Moment)
    useless_after: Mapped[datetime | None] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    # Who has it in hand, so that only they note its outcome.
    claim: Mapped[str | None] = mapped_column(String(32))
    settled_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    claimed_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(Text, default="")
    # The name of the request, or of the task, that asked for it: as the log says it.
    request: Mapped[str | None] = mapped_column(String(64), default=current_request)

    __table_args__ = (Index("ix_delivery_next", "state", "priority", "due_at", "id"),)
