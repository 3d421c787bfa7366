"""The outbox: a mail is asked for in the transaction of the act that needs it.

Rolled back, the act asks for nothing; committed, the mail cannot be forgotten.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Update, and_, delete, event, func, select, update
from sqlalchemy.orm import Session, scoped_session

from communaute.mailing.message import Message, Priority, to_json, to_rows
from communaute.models.columns import insert_once
from communaute.models.mailing import Delivery, DeliveryState


# RFC 5321 asks for four to five days; three is what people still find useful.
TRIED_FOR = timedelta(hours=72)
KEPT = timedelta(days=30)
POSTED = "communaute.mail.posted"
# What people may decide about: nothing else moves it.
STUCK = (DeliveryState.FAILED, DeliveryState.UNCERTAIN)
# What has not left, and may still be kept from leaving.
NOT_YET = (DeliveryState.WAITING, DeliveryState.HELD)
# What a mail said is forgotten once it will not be sent any more.
FORGOTTEN: dict[str, object] = {"context": {}, "attachments": []}


def post(session: Session, message: Message, *, key: str, due: datetime) -> bool:
    """Ask for a mail, from `due` on, in the session's transaction.

    `key` says which mail it is (`confirm-place-<token>`): a key already there asks for nothing
    more, and the answer is False. Raises ValueError when the attachments are too heavy.
    """
    row = row_of(message, key, due)
    inserted = session.execute(insert_once(session, Delivery, tells=True), row).first() is not None
    if inserted:
        session.info[POSTED] = True
    return inserted


def post_many(
    session: Session,
    mails: Sequence[tuple[str, Message]],
    *,
    due: datetime | Callable[[str], datetime],
) -> None:
    """The same for many mails at once, each with its key: one statement, not one a mail.

    `due` is a moment, or gives one for each recipient, in the order of the mails.
    """
    if mails:
        when = due if callable(due) else lambda _recipient: due
        once = insert_once(session, Delivery)
        session.execute(once, [row_of(mail, key, when(mail.to)) for key, mail in mails])
        session.info[POSTED] = True


def readdress(session: Session, old: str, new: str, list_name: str) -> None:
    """Send what a list has not yet sent to an address to another one: its owner has moved."""
    waiting = update(Delivery).where(
        Delivery.recipient == old,
        Delivery.list_name == list_name,
        Delivery.state.in_(NOT_YET),
    )
    session.execute(waiting.values(recipient=new).execution_options(synchronize_session=False))


def row_of(message: Message, key: str, due: datetime) -> dict[str, object]:
    """The columns of a message's delivery."""
    listed = message.mailing_list
    return {
        "key": key,
        "code": new_code(),
        "recipient": message.to,
        "subject": message.subject,
        "template": message.template,
        "context": to_json(message.context),
        "attachments": to_rows(message.attachments),
        "why": message.why,
        "about": message.about,
        "list_name": listed.name if listed else None,
        "unsubscribe_url": listed.unsubscribe_url if listed else None,
        "unsubscribe_mail": (listed.unsubscribe_mail or None) if listed else None,
        "priority": int(message.priority),
        "state": DeliveryState.WAITING,
        "created_at": due,
        "due_at": due,
        "give_up_at": due + TRIED_FOR,
        "useless_after": message.useless_after,
        "attempts": 0,
        "outcome": "",
    }


# Letters and figures that are not taken for one another, read aloud or copied by hand: 32 of them.
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_code() -> str:
    """A code as a mail's foot shows it: `K7PM-3XQ9`. Nobody guesses one of them in a lifetime."""
    letters = "".join(CODE_LETTERS[byte % len(CODE_LETTERS)] for byte in secrets.token_bytes(8))
    return f"{letters[:4]}-{letters[4:]}"


def withdraw(session: Session, recipient: str) -> int:
    """Withdraw what has not left for an address (an account is erased); answers how many."""
    waiting = update(Delivery).where(
        Delivery.recipient == recipient, Delivery.state.in_((*NOT_YET, *STUCK))
    )
    return _withdrawn(session, waiting)


def withdraw_from_list(session: Session, recipient: str, list_name: str) -> int:
    """Withdraw what a list has not yet sent to an address that leaves it."""
    waiting = update(Delivery).where(
        Delivery.recipient == recipient,
        Delivery.list_name == list_name,
        Delivery.state.in_(NOT_YET),
    )
    return _withdrawn(session, waiting)


def withdraw_about(session: Session, about: str, *templates: str) -> int:
    """Withdraw what still waits about something, of these templates if any are named."""
    waiting = update(Delivery).where(Delivery.about == about, Delivery.state.in_(NOT_YET))
    if templates:
        waiting = waiting.where(Delivery.template.in_(templates))
    return _withdrawn(session, waiting)


def hold_about(session: Session, about: str) -> int:
    """Keep what waits about something from leaving, until `release_about`; answers how many."""
    waiting = update(Delivery).where(
        Delivery.about == about, Delivery.state == DeliveryState.WAITING
    )
    held = waiting.values(state=DeliveryState.HELD)
    done = session.execute(held.execution_options(synchronize_session=False))
    return cast(CursorResult[Any], done).rowcount


def release_about(
    session: Session, about: str, when: Callable[[str], datetime], batch: int = 1_000
) -> None:
    """Let what was held go, each at the moment that `when` gives for its recipient."""
    held = (
        select(Delivery.id, Delivery.recipient)
        .where(Delivery.about == about, Delivery.state == DeliveryState.HELD)
        .order_by(Delivery.due_at, Delivery.id)
        .limit(batch)
    )
    while rows := session.execute(held).all():
        fresh = [
            {
                "id": number,
                "state": DeliveryState.WAITING,
                "due_at": (due := when(recipient)),
                "give_up_at": due + TRIED_FOR,
            }
            for number, recipient in rows
        ]
        session.execute(update(Delivery), fresh)
    session.info[POSTED] = True


def counts_about(session: Session, about: str) -> dict[DeliveryState, int]:
    """How many mails about something are in each state."""
    rows = session.execute(
        select(Delivery.state, func.count()).where(Delivery.about == about).group_by(Delivery.state)
    )
    found = {DeliveryState(state): count for state, count in rows}
    return {state: found.get(state, 0) for state in DeliveryState}


def subjects_not_sent(session: Session, template: str) -> list[str]:
    """What the mails of a template that have not left are about."""
    found = select(Delivery.about).where(
        Delivery.state.in_(NOT_YET),
        Delivery.template == template,
        Delivery.about.is_not(None),
    )
    return [about for about in session.scalars(found.distinct()) if about]


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
    """What people must look at, the latest first.

    What a mailbox refused of a sending to thousands is counted with that sending, not listed here.
    """
    one_of_thousands = and_(
        Delivery.state == DeliveryState.FAILED, Delivery.priority == int(Priority.MASS)
    )
    newest = (
        select(Delivery)
        .where(Delivery.state.in_(STUCK), ~one_of_thousands)
        .order_by(Delivery.id.desc())
    )
    return list(session.scalars(newest.limit(limit)))


def addressed_to(session: Session, recipient: str, limit: int = 50) -> list[Delivery]:
    """The mails of one address, the latest first: what became of the one that does not arrive."""
    own = select(Delivery).where(func.lower(Delivery.recipient) == recipient.strip().lower())
    return list(session.scalars(own.order_by(Delivery.id.desc()).limit(limit)))


def with_code(session: Session, code: str) -> Delivery | None:
    """The mail that has left with this code at its foot, or None."""
    left = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNCERTAIN)
    found = select(Delivery).where(Delivery.code == code, Delivery.state.in_(left))
    return session.scalars(found.limit(1)).first()


def counts(session: Session, template: str | None = None) -> dict[DeliveryState, int]:
    """How many mails are in each state; of one template, if it is given."""
    asked = select(Delivery.state, func.count()).group_by(Delivery.state)
    rows = session.execute(asked.where(Delivery.template == template) if template else asked)
    found = {DeliveryState(state): count for state, count in rows}
    return {state: found.get(state, 0) for state in DeliveryState}


def stuck_count(session: Session) -> int:
    """How many wait for somebody to decide: read from their index alone."""
    return session.scalar(select(func.count()).where(Delivery.state.in_(STUCK))) or 0


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
