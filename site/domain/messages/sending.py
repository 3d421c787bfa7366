"""Send what was prepared: who still fits, each once, whoever runs it and however often.

A message is one transaction: its row is held, its recipients checked again, its mails posted. Killed, it
has done nothing; two hosts never hold the same one. The number of queries does not depend on how many
structures and people there are.
"""

import logging
from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from communaute.domain.context import Context
from communaute.domain.messages import rights
from communaute.domain.messages.audience import successors
from communaute.domain.messages.preparing import audience_of, within_hours
from communaute.domain.messages.telling import tell
from communaute.domain.messages.values import Reason
from communaute.domain.messages.writing import as_words
from communaute.domain.siret.receipt import tick_announcement
from communaute.domain.structures import access
from communaute.french.dates import in_paris
from communaute.french.folding import words
from communaute.models.accounts import User
from communaute.models.messages import Message, MessageReceipt, MessageState, ReceiptState


log = logging.getLogger(__name__)
# How a receipt came to a structure that was not in the list: it took the place of one that was.
FOLLOWED = "followed"


def send_due(context: Context) -> dict[str, int]:
    """Send the messages whose ten minutes are over; answers a count of each outcome. Commits each.

    One that cannot be sent keeps no other from leaving. Safe to run twice, and at once.
    """
    due = select(Message.id).where(
        Message.state == MessageState.PREPARED, Message.sends_at <= context.now
    )
    numbers = context.session.scalars(due.order_by(Message.sends_at, Message.id)).all()
    context.session.commit()
    counts: Counter[str] = Counter()
    for number in numbers:
        try:
            counts[send_one(context, number)] += 1
            context.session.commit()
        except Exception:
            context.session.rollback()
            log.exception("message %s cannot be sent", number)
            counts["failed"] += 1
    return dict(counts)


def send_one(context: Context, number: int) -> str:
    """Send one prepared message, in the session's transaction; what became of it, in one word."""
    message = context.session.scalar(
        select(Message)
        .where(Message.id == number)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if message is None or message.state != MessageState.PREPARED:
        return "taken"
    if rights.hold_on(context.session, message.structure_id) is not None:
        return "held"
    opening = context.now if message.urgent else within_hours(context.now)
    if opening > context.now and message.structure.practice_id is None:
        message.sends_at = opening
        return "later"
    reason = _why_not(context, message)
    return _not_sent(message, reason) if reason else _send(context, message)


def _why_not(context: Context, message: Message) -> str:
    """Why the whole message no longer leaves, in one word; empty when it does."""
    author = context.session.get(User, message.author_id) if message.author_id else None
    if not message.structure.active:
        return "sender-replaced"
    if author is None or access.manages(context.session, author, message.structure_id) is None:
        return "author-left"
    if message.valid_until is None or message.valid_until < in_paris(context.now).date():
        return "expired"
    return ""


def _not_sent(message: Message, reason: str) -> str:
    message.state, message.outcome = MessageState.UNSENT, reason
    return "unsent"


def _send(context: Context, message: Message) -> str:
    session, now = context.session, context.now
    found = audience_of(session, message, now)
    frozen = set(
        session.scalars(
            select(MessageReceipt.structure_id).where(MessageReceipt.message_id == message.id)
        )
    )
    # Those whose SIRET has changed since are who has taken their place.
    now_called = successors(session, frozen - found.ids)
    followed = {old: new for old, new in now_called.items() if new != old and new in found.ids}
    why = {one.id: reason for reason, some in found.left_out.items() for one in some}
    dropped = {
        old: str(why.get(new, Reason.GONE))
        for old, new in now_called.items()
        if old not in followed
    }
    arrived = (frozen & found.ids) | set(followed.values())
    _settle(session, message, dropped | dict.fromkeys(followed, FOLLOWED), now)
    _add(session, message, set(followed.values()) - frozen, now)
    if not arrived:
        message.counts = {**message.counts, "dropped": dict(Counter(dropped.values()))}
        return _not_sent(message, "nobody-left")
    mails = tell(
        session, message, arrived, now=now, base_url=context.base_url, secret=context.secret
    )
    message.state, message.sent_at, message.updated_at = MessageState.SENT, now, now
    message.searched = " ".join(
        words(f"{message.subject} {message.structure.name} {as_words(message.body)}")
    )
    message.counts = {
        **message.counts,
        "arrived": len(arrived),
        "dropped": dict(Counter(dropped.values())),
        "followed": len(followed),
        "joined": len(found.ids - arrived),
        "mails": mails,
        "without_people": sum(
            1 for one in found.partners if one.id in arrived and not one.has_people
        ),
    }
    if message.change_id is not None:
        tick_announcement(session, message.change_id, now)
    return "sent"


def _settle(session: Session, message: Message, dropped: dict[int, str], now: datetime) -> None:
    """Every frozen receipt arrives, but those that are dropped."""
    own = update(MessageReceipt).where(MessageReceipt.message_id == message.id)
    session.execute(
        own.values(state=ReceiptState.ARRIVED, arrived_at=now),
        execution_options={"synchronize_session": False},
    )
    if dropped:
        which = own.where(MessageReceipt.structure_id == bindparam("number"))
        session.connection().execute(
            which.values(state=ReceiptState.DROPPED, reason=bindparam("why"), arrived_at=None),
            [{"number": number, "why": str(why)} for number, why in dropped.items()],
        )


def _add(session: Session, message: Message, structures: Collection[int], now: datetime) -> None:
    rows = [
        {
            "message_id": message.id,
            "structure_id": number,
            "state": ReceiptState.ARRIVED,
            "reason": FOLLOWED,
            "arrived_at": now,
        }
        for number in structures
    ]
    if rows:
        session.execute(insert(MessageReceipt.__table__), rows)  # type: ignore[arg-type]
