"""Who runs, who waits, who is told to come back, and for how long an answer is kept."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from enum import StrEnum

from communaute.domain.signatures.serve.documents import Upload
from communaute.domain.signatures.serve.engine import Report


class State(StrEnum):
    """Where a job is."""

    RECEIVING = "receiving"
    WAITING = "waiting"
    RUNNING = "running"
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
    state: State = State.RECEIVING
    started: float = 0.0
    done: float = 0.0
    report: Report | None = None


class Board:
    """The jobs of the server, in the order they came. Times are `time.monotonic()`."""

    def __init__(self, capacity: Capacity) -> None:
        self.capacity = capacity
        self._jobs: OrderedDict[str, Job] = OrderedDict()

    def admit(self, upload: Upload) -> Job | None:
        """Take a job whose document is about to come; None when two run and four wait."""
        places = self.capacity.running + self.capacity.waiting
        if sum(job.state is not State.DONE for job in self._jobs.values()) >= places:
            return None
        job = Job(upload)
        self._jobs[job.id] = job
        return job

    def get(self, job_id: str) -> Job | None:
        """The job of that address."""
        return self._jobs.get(job_id)

    def drop(self, job: Job) -> None:
        """Forget a job whose document did not come whole."""
        job.upload.forget()
        self._jobs.pop(job.id, None)

    def start_next(self, now: float) -> Job | None:
        """The next job to run, now marked as running; None when none can."""
        waiting = self.in_state(State.WAITING)
        if not waiting or len(self.in_state(State.RUNNING)) >= self.capacity.running:
            return None
        waiting[0].state = State.RUNNING
        waiting[0].started = now
        return waiting[0]

    def finish(self, job: Job, report: Report, now: float) -> None:
        """Keep the answer of a job, and its document no more."""
        job.upload.forget()
        job.state, job.report, job.done = State.DONE, report, now

    def in_state(self, state: State) -> list[Job]:
        """The jobs in a state, oldest first."""
        return [job for job in self._jobs.values() if job.state is state]

    def ahead_of(self, job: Job) -> int:
        """How many wait before this one."""
        waiting = self.in_state(State.WAITING)
        return waiting.index(job) if job in waiting else 0

    def forget_old(self, now: float) -> None:
        """Forget the answers kept long enough."""
        for job in self.in_state(State.DONE):
            if now - job.done >= self.capacity.kept_seconds:
                del self._jobs[job.id]
