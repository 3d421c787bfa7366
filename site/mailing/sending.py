"""Send what is due: claim one delivery, hand it over, note what became of it.

Several workers, on one host or many, take from the same table without ever taking the same row.
"""

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Event, Lock
from typing import Any, Protocol, cast
from uuid import uuid4

from sqlalchemy import CursorResult, Table, bindparam, select, update
from sqlalchemy.orm import Session, sessionmaker

from communaute.mailing.outbox import FORGOTTEN
from communaute.mailing.rendering import Posted, Renderer
from communaute.mailing.transports import NotSent, Refused, Transport, Unknown, Unreachable
from communaute.models.mailing import Delivery, DeliveryState


log = logging.getLogger(__name__)
# After each attempt that may be worth another, how long to wait; then the last, until 72 h.
WAITS = tuple(timedelta(minutes=m) for m in (1, 3, 10, 30, 60, 120, 240))
# Longer than any conversation with a server can last (smtp.py): past it, whoever had the mail in
# hand is dead, and nobody knows how far they had gone.
LEASE = timedelta(minutes=15)


TABLE = cast(Table, Delivery.__table__)
# Built once, on the table itself: made again for each mail, and mapped to objects, they cost a
# fifth of its time.
DUE = (TABLE.c.state == DeliveryState.WAITING, TABLE.c.due_at <= bindparam("moment"))
NEXT = (
    select(TABLE.c.id)
    .where(*DUE)
    .order_by(TABLE.c.priority, TABLE.c.due_at, TABLE.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
CLAIM = (
    update(TABLE)
    .where(TABLE.c.id == NEXT.scalar_subquery())
    .values(
        state=DeliveryState.SENDING,
        claim=bindparam("mine"),
        claimed_at=bindparam("moment"),
        attempts=TABLE.c.attempts + 1,
    )
    .returning(*TABLE.c)
)
IN_HAND = update(TABLE).where(
    TABLE.c.id == bindparam("number"),
    TABLE.c.claim == bindparam("mine"),
    TABLE.c.state.in_((DeliveryState.SENDING, DeliveryState.UNCERTAIN)),
)


class InHand(Posted, Protocol):
    """A delivery as it was taken in hand."""

    id: int
    claim: str | None
    request: str | None
    attempts: int
    give_up_at: datetime
    useless_after: datetime | None


@dataclass(frozen=True)
class Outcome:
    """What became of a delivery in hand."""

    delivery_id: int
    claim: str
    state: DeliveryState
    said: str
    due_at: datetime | None = None
    unreachable: bool = False


@dataclass
class Sender:
    """Sends what is due with one transport. Not shared between threads: make one for each."""

    sessions: sessionmaker[Session]
    renderer: Renderer
    transport: Transport
    clock: Callable[[], datetime]
    lease: timedelta = LEASE
    reachable: bool = True
    unfinished: bool = False
    counts: Counter[DeliveryState] = field(default_factory=Counter)

    def run(self, budget: timedelta = timedelta(seconds=50)) -> Counter[DeliveryState]:
        """Send until nothing is due, the server cannot be reached, or the budget is spent.

        Answers how many mails went to each state. What remains waits for the next call.
        """
        self.counts = Counter()
        started = self.clock()
        try:
            with self.sessions() as session:
                self._give_up_the_dead(session)
                self._pass(session, started + budget)
        finally:
            self.transport.close()
        return self.counts

    def waiting(self, most: int) -> int:
        """How many mails are due, `most` at most."""
        with self.sessions() as session:
            due = select(TABLE.c.id).where(*DUE).limit(most)
            return len(session.execute(due, {"moment": self.clock()}).all())

    def _pass(self, session: Session, until: datetime) -> None:
        outcome: Outcome | None = None
        self.reachable = True
        while True:
            # The outcome of one and the claim of the next are one transaction: one wait for
            # the disk a mail, and never a mail in hand that is not written down.
            self.unfinished = self.clock() >= until
            row = self._turn(session, outcome, self.reachable and not self.unfinished)
            if row is None:
                return
            outcome = self._handed_over(row)
            self.reachable = not outcome.unreachable

    def _turn(self, session: Session, outcome: Outcome | None, wanted: bool) -> InHand | None:
        with session.begin():
            if outcome is not None:
                self._note(session, outcome)
            return self._claim(session) if wanted else None

    def _claim(self, session: Session) -> InHand | None:
        """Take the next delivery in hand, or None. It is `sending` before a word is said."""
        given = {"moment": self.clock(), "mine": uuid4().hex}
        row = session.connection().execute(CLAIM, given).one_or_none()
        return cast("InHand | None", row)

    def _handed_over(self, row: InHand) -> Outcome:
        """Speak to the server; answers what became of the mail."""
        if row.useless_after is not None and self.clock() >= row.useless_after:
            return self._outcome(row, DeliveryState.FAILED, "too late to be of use")
        try:
            mail = self.renderer.mail(row, self.clock())
        except Exception:
            # A template or an address that cannot be: people must see it, others must not wait.
            log.exception("mail %s cannot be made", row.id, extra={"request": row.request})
            return self._outcome(row, DeliveryState.FAILED, "the mail cannot be made")
        try:
            return self._outcome(row, DeliveryState.SENT, self.transport.send(mail))
        except Unknown as fault:
            return self._outcome(row, DeliveryState.UNCERTAIN, str(fault))
        except NotSent as fault:
            return self._not_sent(row, fault)

    def _not_sent(self, row: InHand, fault: NotSent) -> Outcome:
        now = self.clock()
        unreachable = isinstance(fault, Unreachable)
        if isinstance(fault, Refused) or now >= row.give_up_at:
            failed = self._outcome(row, DeliveryState.FAILED, str(fault))
            return replace(failed, unreachable=unreachable)
        wait = WAITS[min(row.attempts, len(WAITS)) - 1]
        # One last try at the end of the three days rather than none.
        next_try = min(now + wait, max(row.give_up_at, now + WAITS[0]))
        waiting = self._outcome(row, DeliveryState.WAITING, str(fault), next_try)
        return replace(waiting, unreachable=unreachable)

    def _outcome(
        self, row: InHand, state: DeliveryState, said: str, due_at: datetime | None = None
    ) -> Outcome:
        if state in (DeliveryState.FAILED, DeliveryState.UNCERTAIN):
            # Not what the server said: it may name the recipient.
            log.warning("mail %s: %s", row.id, state, extra={"request": row.request})
        return Outcome(row.id, row.claim or "", state, said[:500], due_at)

    def _note(self, session: Session, outcome: Outcome) -> None:
        """Write the outcome, unless people have decided otherwise meanwhile."""
        values: dict[str, object] = {"state": outcome.state, "outcome": outcome.said}
        if outcome.due_at is not None:
            values["due_at"] = outcome.due_at
        else:
            values["settled_at"] = self.clock()
        if outcome.state == DeliveryState.SENT:
            values.update(FORGOTTEN)
        ours = {"number": outcome.delivery_id, "mine": outcome.claim}
        if session.connection().execute(IN_HAND.values(**values), ours).rowcount:
            self.counts[outcome.state] += 1
        if outcome.unreachable:
            self._give_up_the_late(session, outcome.said)

    def _give_up_the_late(self, session: Session, said: str) -> None:
        """The server cannot be reached, just now tried: what has waited three days has failed."""
        now = self.clock()
        late = update(Delivery).where(
            Delivery.state == DeliveryState.WAITING, Delivery.give_up_at <= now
        )
        done = session.execute(
            late.values(state=DeliveryState.FAILED, outcome=said, settled_at=now).execution_options(
                synchronize_session=False
            )
        )
        self.counts[DeliveryState.FAILED] += cast(CursorResult[Any], done).rowcount

    def _give_up_the_dead(self, session: Session) -> None:
        """What a dead worker had in hand may have left, or not: people decide."""
        now = self.clock()
        # Taken in hand tomorrow: by a clock that was ahead.
        alive = Delivery.claimed_at.between(now - self.lease, now + self.lease)
        dead = update(Delivery).where(Delivery.state == DeliveryState.SENDING, ~alive)
        said = "the worker stopped while sending"
        with session.begin():
            done = session.execute(
                dead.values(
                    state=DeliveryState.UNCERTAIN, outcome=said, settled_at=now
                ).execution_options(synchronize_session=False)
            )
        self.counts[DeliveryState.UNCERTAIN] += cast(CursorResult[Any], done).rowcount


# One pass at a time in a process, however often one is woken; a pause when no mail can leave.

PAUSE = timedelta(seconds=30)
# A server answers each line in its own time: of so many mails, several lines are worth opening.
MANY = 100
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class Postman:
    """Wakes a sender, or several when many mails wait. Safe between threads: a call that comes while it
    works has it look once more.
    """

    make_sender: Callable[[], Sender]
    clock: Callable[[], datetime]
    lines: int = 1
    paused_until: datetime = LONG_AGO
    asked: Event = field(default_factory=Event)
    at_work: Lock = field(default_factory=Lock)

    def wake(self) -> int:
        """Send what is due; answers how many mails were handled by this call."""
        handled = 0
        self.asked.set()
        while self.asked.is_set():
            if not self.at_work.acquire(blocking=False):
                return handled
            try:
                self.asked.clear()
                handled += self._pass()
            finally:
                self.at_work.release()
        return handled

    def _pass(self) -> int:
        # Set back, a clock would make of the pause a day.
        if timedelta(0) < self.paused_until - self.clock() <= PAUSE:
            return 0
        first = self.make_sender()
        lines = self.lines if first.waiting(MANY) >= MANY else 1
        senders = [first, *(self.make_sender() for _ in range(lines - 1))]
        with ThreadPoolExecutor(lines) as pool:
            counts = list(pool.map(Sender.run, senders))
        if not all(one.reachable for one in senders):
            self.paused_until = self.clock() + PAUSE
        elif any(one.unfinished for one in senders):
            self.asked.set()
        return sum(one.total() for one in counts)
