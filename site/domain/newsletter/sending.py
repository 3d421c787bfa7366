"""Send a letter: asked for once, queued by batches, paused, resumed, stopped, counted.

A batch is one transaction: the sending's row is held, the mails posted, how far it has come written
down. Killed, it has done nothing; two hosts never queue the same batch; each mail has a key of its own,
so that nobody receives one twice.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from communaute.domain.newsletter import audience
from communaute.domain.newsletter.audience import Reach
from communaute.domain.newsletter.context import Context
from communaute.domain.newsletter.errors import NotNow
from communaute.domain.newsletter.pace import Pace, Rates
from communaute.domain.newsletter.subscribers import packed, unpacked
from communaute.mailing import outbox
from communaute.mailing.message import Message
from communaute.mailing.messages import newsletter as mails
from communaute.models.mailing import Delivery, DeliveryState
from communaute.models.newsletter import ReturnedMail, Sending, SendingState, Subscriber


log = logging.getLogger(__name__)
BATCH = 1_000
RUNNING = (SendingState.SCHEDULED, SendingState.QUEUEING, SendingState.LEAVING)
ENDED = (SendingState.STOPPED, SendingState.DONE)
# To everybody; to those who got the former one (a correction); to those who did not (the rest).
EVERYBODY, RECEIVED, MISSED = "everybody", "received", "missed"
GOT_IT = (DeliveryState.SENT, DeliveryState.UNCERTAIN, DeliveryState.SENDING)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter ready to leave: whose page it is, what it says in both forms, whom it is for."""

    page: str
    subject: str
    html: str
    text: str
    themes: Sequence[str]
    rhythm: str


class Counts(NamedTuple):
    """The four counts, which add up to everybody; and how many of the last will never leave."""

    sent: int
    refused: int
    uncertain: int
    not_yet: int
    withdrawn: int = 0

    @property
    def everybody(self) -> int:
        """All of them."""
        return self.sent + self.refused + self.uncertain + self.not_yet


def about(sending: Sending) -> str:
    """What its deliveries are about."""
    return f"newsletter {sending.id}"


def key_of(letter: str, number: int, reference: str) -> str:
    """Which mail it is: of which letter, to whom."""
    return f"newsletter-{letter}-{number}-{reference}"


def ask(
    context: Context,
    letter: Letter,
    *,
    due: datetime,
    by: int | None = None,
    to: str = EVERYBODY,
    confirmed_by: datetime | None = None,
) -> Sending:
    """Ask for a letter to be sent, from `due` on. Asked for twice, it is one sending.

    `confirmed_by` leaves out those who subscribed later. `to` RECEIVED or MISSED follows the last
    sending of this letter, which must have ended.
    Raises NotNow.
    """
    former = last_of(context.session, letter.page)
    if to == EVERYBODY and former is not None:
        return former
    if to != EVERYBODY and (former is None or former.state not in ENDED):
        raise NotNow("Attendez que l’envoi soit terminé, ou arrêtez-le, avant d’en faire un autre.")
    sending = Sending(
        letter=letter.page,
        number=former.number + 1 if former else 0,
        to=to,
        subject=letter.subject,
        html=letter.html,
        text=letter.text,
        themes=packed(letter.themes),
        rhythm=letter.rhythm,
        confirmed_by=former.confirmed_by if former else confirmed_by,
        state=SendingState.SCHEDULED,
        created_at=context.now,
        due_at=max(due, context.now),
        by=by,
        pace={},
    )
    try:
        with context.session.begin_nested():
            context.session.add(sending)
    except IntegrityError:  # asked for at the same moment by somebody else
        return last_of(context.session, letter.page) or sending
    return sending


def last_of(session: Session, page: str) -> Sending | None:
    """The last sending of a letter."""
    found = select(Sending).where(Sending.letter == page).order_by(Sending.number.desc())
    return session.scalars(found.limit(1)).first()


def queue_due(context: Context, rates: Rates) -> int:
    """Queue the sendings whose hour has come; answers how many mails. Commits by batch."""
    due = select(Sending.id).where(
        Sending.state.in_((SendingState.SCHEDULED, SendingState.QUEUEING)),
        Sending.due_at <= context.now,
    )
    numbers = list(context.session.scalars(due.order_by(Sending.due_at, Sending.id)))
    context.session.commit()
    queued = 0
    for number in numbers:
        try:
            while (batch := queue_batch(context, number, rates)) is not None:
                queued += batch
        except OperationalError:
            raise  # the database is gone: it concerns them all
        except Exception:
            context.session.rollback()
            log.exception("sending %s cannot be queued", number)
    return queued


def queue_batch(context: Context, number: int, rates: Rates) -> int | None:
    """Queue the next batch, in a transaction of its own; None when there is nothing left to do."""
    session = context.session
    sending = _held(session, number)
    if sending.state not in (SendingState.SCHEDULED, SendingState.QUEUEING):
        session.rollback()
        return None
    sending.state = SendingState.QUEUEING
    receive = audience.recipients(_reach(sending), context.today, sending.cursor)
    rows = session.scalars(receive.limit(BATCH)).all()
    pace = Pace.kept(rates, max(context.now, sending.due_at), sending.pace)
    chosen = _chosen(session, sending, rows)
    outbox.post_many(
        session,
        [
            (key_of(sending.letter, sending.number, row.reference), _message(context, sending, row))
            for row in chosen
        ],
        due=pace.next,
    )
    if len(rows) < BATCH:
        sending.state, sending.queued_at = SendingState.LEAVING, context.now
        sending.watched_since = sending.watched_since or context.now
    if rows:
        sending.cursor = rows[-1].id
    sending.pace = pace.to_keep()
    done = sending.state == SendingState.LEAVING
    session.commit()
    session.expunge_all()
    return None if done and not chosen else len(chosen)


def _held(session: Session, number: int) -> Sending:
    wanted = select(Sending).where(Sending.id == number).with_for_update()
    return session.scalars(wanted, execution_options={"populate_existing": True}).one()


def _reach(of: Sending) -> Reach:
    return Reach(themes=unpacked(of.themes), rhythm=of.rhythm, confirmed_by=of.confirmed_by)


def _chosen(session: Session, sending: Sending, rows: Sequence[Subscriber]) -> list[Subscriber]:
    """All of them; or those who got the former sending; or those who did not."""
    if sending.to == EVERYBODY:
        return list(rows)
    former = {key_of(sending.letter, sending.number - 1, row.reference): row for row in rows}
    got = set(
        session.scalars(
            select(Delivery.key).where(Delivery.key.in_(former), Delivery.state.in_(GOT_IT))
        )
    )
    return [row for key, row in former.items() if (key in got) == (sending.to == RECEIVED)]


def _message(context: Context, sending: Sending, row: Subscriber) -> Message:
    return mails.letter(
        to=row.address,
        subject=sending.subject,
        sending=sending.id,
        listed=context.mailing_list(row.reference),
        about=about(sending),
    )


def pause(context: Context, number: int, because: str = "") -> Sending:
    """Keep what has not left. Raises NotNow when it has ended."""
    sending = _held(context.session, number)
    if sending.state in ENDED:
        raise NotNow("Cet envoi est terminé.")
    if sending.state != SendingState.PAUSED:
        sending.state, sending.paused_because = SendingState.PAUSED, because[:300]
        outbox.hold_about(context.session, about(sending))
    return sending


def resume(context: Context, number: int, rates: Rates) -> Sending:
    """Go on from where it was, at its pace from now on. Raises NotNow when it is not paused."""
    sending = _held(context.session, number)
    if sending.state != SendingState.PAUSED:
        raise NotNow("Cet envoi n’est pas en pause.")
    begun = sending.cursor > 0 or sending.due_at <= context.now
    waiting = SendingState.QUEUEING if begun else SendingState.SCHEDULED
    sending.state = SendingState.LEAVING if sending.queued_at else waiting
    sending.paused_because, sending.watched_since = "", context.now
    pace = Pace(rates, context.now)
    outbox.release_about(context.session, about(sending), pace.next)
    sending.pace = pace.to_keep()
    return sending


def stop(context: Context, number: int) -> Sending:
    """Stop for good: what has not left never will. Raises NotNow when it has ended."""
    sending = _held(context.session, number)
    if sending.state in ENDED:
        raise NotNow("Cet envoi est terminé.")
    sending.state, sending.ended_at = SendingState.STOPPED, context.now
    outbox.withdraw_about(context.session, about(sending))
    return sending


def counts(session: Session, sending: Sending, today: date) -> Counts:
    """The four counts, from the deliveries; from the tally once these may be erased."""
    if sending.tally is not None:
        return Counts(**sending.tally)
    found = outbox.counts_about(session, about(sending))
    back = returned(session, sending)
    ahead = 0
    if sending.queued_at is None and sending.state not in ENDED:
        ahead = audience.count_after(session, _reach(sending), today, sending.cursor)
    here = (DeliveryState.WAITING, DeliveryState.HELD, DeliveryState.SENDING)
    withdrawn = found[DeliveryState.WITHDRAWN]
    return Counts(
        sent=found[DeliveryState.SENT] - back,
        refused=found[DeliveryState.FAILED] + back,
        uncertain=found[DeliveryState.UNCERTAIN],
        not_yet=sum(found[state] for state in here) + withdrawn + ahead,
        withdrawn=withdrawn,
    )


def returned(session: Session, sending: Sending, since: datetime | None = None) -> int:
    """How many mails were taken, then came back for good."""
    back = (
        select(func.count(func.distinct(ReturnedMail.delivery_id)))
        .join(Delivery, Delivery.id == ReturnedMail.delivery_id)
        .where(
            Delivery.about == about(sending),
            Delivery.state == DeliveryState.SENT,
            ReturnedMail.status.like("5%"),
        )
    )
    if since is not None:
        back = back.where(ReturnedMail.at > since)
    return session.scalar(back) or 0


def finish(context: Context) -> int:
    """Note which sendings have nothing left to send; answers how many."""
    left = (DeliveryState.WAITING, DeliveryState.HELD, DeliveryState.SENDING)
    ended = 0
    leaving = select(Sending).where(Sending.state == SendingState.LEAVING)
    for sending in context.session.scalars(leaving.with_for_update(skip_locked=True)).all():
        found = outbox.counts_about(context.session, about(sending))
        if not any(found[state] for state in left):
            sending.state, sending.ended_at = SendingState.DONE, context.now
            ended += 1
    context.session.commit()
    return ended
