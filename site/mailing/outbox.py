"""The outbox: a mail is asked for in the transaction of the act that needs it.

Rolled back, the act asks for nothing; committed, the mail cannot be forgotten.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, Update, delete, event, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, scoped_session
from sqlalchemy.sql.dml import ReturningInsert

from communaute.mailing.attachments import to_rows
from communaute.mailing.message import Message
from communaute.mailing.values import to_json
from communaute.models.mailing import Delivery, DeliveryState


# RFC 5321 asks for four to five days; three is what people still find useful.
TRIED_FOR = timedelta(hours=72)
KEPT = timedelta(days=30)
POSTED = "communaute.mail.posted"
# What people may decide about: nothing else moves it.
STUCK = (DeliveryState.FAILED, DeliveryState.UNCERTAIN)
# What a mail said is forgotten once it will not be sent any more.
FORGOTTEN: dict[str, object] = {"context": {}, "attachments": []}


def post(session: Session, message: Message, *, key: str, due: datetime) -> bool:
    """Ask for a mail, from `due` on, in the session's transaction.

    `key` says which mail it is (`confirm-place-<token>`): a key already there asks for nothing
    more, and the answer is False. Raises ValueError when the attachments are too heavy.
    """
    row = row_of(message, key, due)
    # A key already there is left alone, without an error that would end the act.
    once = INSERT_ONCE[session.get_bind().dialect.name]
    inserted = session.execute(once, row).first() is not None
    if inserted:
        session.info[POSTED] = True
    return inserted


def row_of(message: Message, key: str, due: datetime) -> dict[str, object]:
    """The columns of a message's delivery."""
    listed = message.mailing_list
    return {
        "key": key,
        "recipient": message.to,
        "subject": message.subject,
        "template": message.template,
        "context": to_json(message.context),
        "attachments": to_rows(message.attachments),
        "why": message.why,
        "about": message.about,
        "list_name": listed.name if listed else None,
        "unsubscribe_url": listed.unsubscribe_url if listed else None,
        "priority": int(message.priority),
        "state": DeliveryState.WAITING,
        "created_at": due,
        "due_at": due,
        "give_up_at": due + TRIED_FOR,
        "useless_after": message.useless_after,
        "attempts": 0,
        "outcome": "",
    }


TABLE = cast(Table, Delivery.__table__)
# Built once: made again for each mail, they cost more than the database's own work.
INSERT_ONCE: dict[str, ReturningInsert[tuple[int]]] = {
    "postgresql": postgresql.insert(TABLE).on_conflict_do_nothing().returning(TABLE.c.id),
    "sqlite": sqlite.insert(TABLE).on_conflict_do_nothing().returning(TABLE.c.id),
}


def withdraw(session: Session, recipient: str) -> int:
    """Withdraw what has not left for an address (an account is erased); answers how many."""
    waiting = update(Delivery).where(
        Delivery.recipient == recipient, Delivery.state.in_((DeliveryState.WAITING, *STUCK))
    )
    return _withdrawn(session, waiting)


def withdraw_about(session: Session, about: str, *templates: str) -> int:
    """Withdraw what still waits about something, of these templates if any are named."""
    waiting = update(Delivery).where(
        Delivery.about == about, Delivery.state == DeliveryState.WAITING
    )
    if templates:
        waiting = waiting.where(Delivery.template.in_(templates))
    return _withdrawn(session, waiting)


def _withdrawn(session: Session, waiting: Update) -> int:
    emptied = waiting.values(state=DeliveryState.WITHDRAWN, **FORGOTTEN)
    gone = session.execute(emptied.execution_options(synchronize_session=False))
    return cast(CursorResult[Any], gone).rowcount


def send_again(session: Session, delivery_id: int, now: datetime) -> bool:
    """Send a failed or uncertain mail again: a person's decision, who accepts a possible double.

    False when it is neither any more.
    """
    stuck = update(Delivery).where(Delivery.id == delivery_id, Delivery.state.in_(STUCK))
    fresh = {"due_at": now, "give_up_at": now + TRIED_FOR, "attempts": 0, "settled_at": None}
    done = session.execute(stuck.values(state=DeliveryState.WAITING, claim=None, **fresh))
    session.info[POSTED] = True
    return cast(CursorResult[Any], done).rowcount == 1


def settle(session: Session, delivery_id: int, *, sent: bool, now: datetime) -> bool:
    """Note what a person found out about a stuck mail: it has arrived, or it is given up."""
    state = DeliveryState.SENT if sent else DeliveryState.WITHDRAWN
    stuck = update(Delivery).where(Delivery.id == delivery_id, Delivery.state.in_(STUCK))
    done = session.execute(stuck.values(state=state, settled_at=now, **FORGOTTEN))
    return cast(CursorResult[Any], done).rowcount == 1


def stuck(session: Session, limit: int = 200) -> list[Delivery]:
    """What people must look at, the latest first."""
    newest = select(Delivery).where(Delivery.state.in_(STUCK)).order_by(Delivery.id.desc())
    return list(session.scalars(newest.limit(limit)))


def addressed_to(session: Session, recipient: str, limit: int = 50) -> list[Delivery]:
    """The mails of one address, the latest first: what became of the one that does not arrive."""
    own = select(Delivery).where(func.lower(Delivery.recipient) == recipient.strip().lower())
    return list(session.scalars(own.order_by(Delivery.id.desc()).limit(limit)))


def counts(session: Session) -> dict[DeliveryState, int]:
    """How many mails are in each state."""
    rows = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    found = {DeliveryState(state): count for state, count in rows}
    return {state: found.get(state, 0) for state in DeliveryState}


def purge(session: Session, now: datetime) -> int:
    """Erase what was settled or withdrawn KEPT ago; answers how many."""
    ended = (
        DeliveryState.SENT,
        DeliveryState.FAILED,
        DeliveryState.UNCERTAIN,
        DeliveryState.WITHDRAWN,
    )
    when = func.coalesce(Delivery.settled_at, Delivery.due_at)
    old = delete(Delivery).where(Delivery.state.in_(ended), when < now - KEPT)
    return cast(CursorResult[Any], session.execute(old)).rowcount


def wake_after_commit(sessions: scoped_session[Any], wake: Callable[[], None]) -> None:
    """Call `wake` once a transaction that asked for mails is committed.

    The wake is a courtesy: the database decides, and a periodic pass finds what it missed.
    """

    @event.listens_for(sessions, "after_commit")
    def on_commit(session: Session) -> None:
        if session.info.pop(POSTED, False):
            wake()

    @event.listens_for(sessions, "after_rollback")
    def on_rollback(session: Session) -> None:
        session.info.pop(POSTED, None)
