"""Who runs, who waits, who is told to come back, and for how long an answer is kept."""

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from communaute.domain.signatures.serve.engine import Report
from communaute.domain.signatures.serve.protocol import Upload


class State(StrEnum):
    """Where a job is."""

    RECEIVING = "receiving"
    WAITING = "waiting"
    RUNNING = "running"
    RECORDING = "recording"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much the server takes at once."""

    running: int = 2
    waiting: int = 4
    retry_after: int = 5
    """In seconds, told to whom finds no place."""
    kept_seconds: float = 15 * 60
    """How long an answer can be asked for; it holds names."""


DEFAULT_CAPACITY = Capacity()


@dataclass(slots=True, eq=False)
class Job:
    """One document to verify. Its address is random: whoever has it may read the answer."""

    upload: Upload
    id: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    batch: str = ""
    """What the jobs that came together share: one place in the queue for all of them."""
    request: str = ""
    """The name of the request that brought it, for the log."""
    state: State = State.RECEIVING
    started: float = 0.0
    """Like `done`, on the clock of `time.monotonic()`."""
    done: float = 0.0
    report: Report | None = None
    recorded: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the recorder has kept the report."""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set at the end, for those who wait for the answer."""


class Board:
    """The jobs of the server, in the order they came."""

    def __init__(self, capacity: Capacity) -> None:
        self.capacity = capacity
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._line = Line()

    def admit(
        self, uploads: Sequence[Upload], ticket: str | None = None, request: str = ""
    ) -> list[Job]:
        """Take the jobs of documents about to come together, in one place.

        None is taken when two run and four wait, or when others in line have the places left.
        """
        if self._left() <= self._line.before(ticket):
            return []
        self._line.leave(ticket)
        batch = secrets.token_urlsafe(6)
        jobs = [Job(upload, batch=batch, request=request) for upload in uploads]
        self._jobs.update((job.id, job) for job in jobs)
        return jobs

    def wait_in_line(self, ticket: str | None) -> Report:
        """Keep, or give, a rank to whoever found no place; `come` once there is one for them."""
        held = self._line.join(ticket)
        if held is None:
            return {"ticket": None, "rank": None, "come": False}
        before = self._line.before(held)
        come = self._left() > before
        if come:
            self._line.call(held)
        return {"ticket": held, "rank": before + 1, "come": come}

    def _left(self) -> int:
        """The places left, a batch holding one until its last document is verified."""
        taken = {State.RECEIVING, State.WAITING, State.RUNNING}
        held = {job.batch for job in self._jobs.values() if job.state in taken}
        return self.capacity.running + self.capacity.waiting - len(held)

    def get(self, job_id: str) -> Job | None:
        """The job of that address."""
        return self._jobs.get(job_id)

    def drop(self, job: Job) -> None:
        """Forget a job that will have no answer; who waits for it is told it is unknown."""
        job.upload.forget()
        self._jobs.pop(job.id, None)
        job.over.set()

    def finish(self, job: Job, report: Report) -> None:
        """Keep the answer of a job, and its document no more."""
        job.upload.forget()
        job.state, job.report = State.RECORDING, report

    def release(self, job: Job) -> None:
        """Give the answer of a job to those who wait; forget those kept long enough."""
        job.state, job.done = State.DONE, time.monotonic()
        job.over.set()
        for old in self.in_state(State.DONE):
            if job.done - old.done >= self.capacity.kept_seconds:
                del self._jobs[old.id]

    def in_state(self, state: State) -> list[Job]:
        """The jobs in a state, oldest first."""
        return [job for job in self._jobs.values() if job.state is state]

    def where(self, job: Job) -> Report:
        """Where a job is, as the protocol says it."""
        if job.state is State.DONE:
            return {"status": "done", "report": job.report}
        if job.state in (State.RUNNING, State.RECORDING):
            return {"status": "running", "seconds": round(time.monotonic() - job.started, 1)}
        if job.id not in self._jobs:
            return {"status": "unknown"}
        waiting = self.in_state(State.WAITING)
        before = waiting[: waiting.index(job)] if job in waiting else []
        # Who came with nineteen others lets the next one pass between two of them.
        others = {one.batch for one in before if one.batch != job.batch}
        ours = sum(one.batch == job.batch for one in before)
        return {"status": "waiting", "ahead": len(others) + ours}


# Who finds no place waits in a line: by a ticket, without a document, in the order they came.

AWAKE_SECONDS = 10.0
"""Without news for that long, a ticket lets the others pass; it keeps its rank all the same."""
KEPT_SECONDS = 120.0
"""Without news for that long, a ticket is forgotten: browsers slow down pages in the background."""
CALLED_SECONDS = 60.0
"""From the moment a ticket is called, the time its document has to come: 25 MB on a slow line."""
MOST = 200


@dataclass(slots=True)
class _Ticket:
    seen: float
    called: float | None = None


@dataclass(slots=True)
class Line:
    """The tickets, in the order they were given."""

    clock: Callable[[], float] = time.monotonic
    _tickets: OrderedDict[str, _Ticket] = field(default_factory=OrderedDict)

    def before(self, ticket: str | None) -> int:
        """How many are ahead of a ticket, and there; ahead of whoever has none: all."""
        self._forget()
        ahead = 0
        for one, state in self._tickets.items():
            if one == ticket:
                break
            # Who was called is sending a document, and asks no more meanwhile.
            called = state.called is not None
            ahead += called or self.clock() - state.seen < AWAKE_SECONDS
        return ahead

    def join(self, ticket: str | None) -> str | None:
        """Say that somebody is there; gives the ticket, a new one for whoever has none in line.

        None when the line is full.
        """
        self._forget()
        known = self._tickets.get(ticket) if ticket is not None else None
        if ticket is not None and known is not None:
            known.seen = self.clock()
            return ticket
        if len(self._tickets) >= MOST:
            return None
        made = secrets.token_urlsafe(12)
        self._tickets[made] = _Ticket(self.clock())
        return made

    def call(self, ticket: str) -> None:
        """Tell a ticket that its turn has come: a place is kept for it, for a time."""
        if self._tickets[ticket].called is None:
            self._tickets[ticket].called = self.clock()

    def leave(self, ticket: str | None) -> None:
        """The document of a ticket came."""
        if ticket is not None:
            self._tickets.pop(ticket, None)

    def _forget(self) -> None:
        now = self.clock()
        for one, state in list(self._tickets.items()):
            late = state.called is not None and now - state.called >= CALLED_SECONDS
            if late or now - state.seen >= KEPT_SECONDS:
                del self._tickets[one]
