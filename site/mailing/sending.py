"""Send what is due: claim one delivery, hand it over, note what became of it.

Several workers, on one host or many, take from the same table without ever taking the same row.
"""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session, sessionmaker

from communaute.mailing.outbox import EMPTY
from communaute.mailing.rendering import Renderer
from communaute.mailing.transports import NotSent, Refused, Transport, Unknown, Unreachable
from communaute.models.mailing import Delivery, DeliveryState


log = logging.getLogger(__name__)
# After each attempt that may be worth another, how long to wait; then the last, until 72 h.
WAITS = tuple(timedelta(minutes=m) for m in (1, 3, 10, 30, 60, 120, 240))
# Longer than any conversation with a server can last (smtp.py): past it, whoever had the mail in
# hand is dead, and nobody knows how far they had gone.
LEASE = timedelta(minutes=15)


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

    def _turn(self, session: Session, outcome: Outcome | None, wanted: bool) -> Delivery | None:
        with session.begin():
            if outcome is not None:
                self._note(session, outcome)
            row = self._claim(session) if wanted else None
        session.expunge_all()
        return row

    def _claim(self, session: Session) -> Delivery | None:
        """Take the next delivery in hand, or None. It is `sending` before a word is said."""
        now = self.clock()
        due = (
            select(Delivery.id)
            .where(Delivery.state == DeliveryState.WAITING, Delivery.due_at <= now)
            .order_by(Delivery.priority, Delivery.due_at, Delivery.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        taken = (
            update(Delivery)
            .where(Delivery.id == due.scalar_subquery())
            .values(
                state=DeliveryState.SENDING,
                claim=uuid4().hex,
                claimed_at=now,
                attempts=Delivery.attempts + 1,
            )
            .returning(Delivery)
            .execution_options(synchronize_session=False)
        )
        return session.execute(taken).scalar_one_or_none()

    def _handed_over(self, row: Delivery) -> Outcome:
        """Speak to the server; answers what became of the mail."""
        if row.useless_after is not None and self.clock() >= row.useless_after:
            return self._outcome(row, DeliveryState.FAILED, "too late to be of use")
        try:
            mail = self.renderer.mail(row, self.clock())
        except Exception:
            # A template or an address that cannot be: people must see it, others must not wait.
            log.exception("mail %s cannot be made", row.id)
            return self._outcome(row, DeliveryState.FAILED, "the mail cannot be made")
        try:
            return self._outcome(row, DeliveryState.SENT, self.transport.send(mail))
        except Unknown as fault:
            return self._outcome(row, DeliveryState.UNCERTAIN, str(fault))
        except NotSent as fault:
            return self._not_sent(row, fault)

    def _not_sent(self, row: Delivery, fault: NotSent) -> Outcome:
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
        self, row: Delivery, state: DeliveryState, said: str, due_at: datetime | None = None
    ) -> Outcome:
        return Outcome(row.id, row.claim or "", state, said[:500], due_at)

    def _note(self, session: Session, outcome: Outcome) -> None:
        """Write the outcome, unless people have decided otherwise meanwhile."""
        values: dict[str, object] = {"state": outcome.state, "outcome": outcome.said}
        if outcome.due_at is not None:
            values["due_at"] = outcome.due_at
        else:
            values["settled_at"] = self.clock()
        if outcome.state == DeliveryState.SENT:
            values |= EMPTY
        ours = update(Delivery).where(
            Delivery.id == outcome.delivery_id,
            Delivery.claim == outcome.claim,
            Delivery.state.in_((DeliveryState.SENDING, DeliveryState.UNCERTAIN)),
        )
        done = session.execute(ours.values(**values).execution_options(synchronize_session=False))
        if cast(CursorResult[Any], done).rowcount:
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
        dead = update(Delivery).where(
            Delivery.state == DeliveryState.SENDING, Delivery.claimed_at < now - self.lease
        )
        said = "the worker stopped while sending"
        with session.begin():
            done = session.execute(
                dead.values(
                    state=DeliveryState.UNCERTAIN, outcome=said, settled_at=now
                ).execution_options(synchronize_session=False)
            )
        self.counts[DeliveryState.UNCERTAIN] += cast(CursorResult[Any], done).rowcount
