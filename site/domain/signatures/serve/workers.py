"""The children at work: started when there is room, heard, stopped when late."""

import selectors
import time
from collections.abc import Callable
from dataclasses import dataclass

from communaute.domain.signatures.sandbox.child import Child, Ended, Ending, start
from communaute.domain.signatures.sandbox.confinement import Allowance
from communaute.domain.signatures.serve.engine import Engine
from communaute.domain.signatures.serve.jobs import Board, Job, State
from communaute.domain.signatures.serve.procedure import Procedure, verification


@dataclass(slots=True)
class _Running:
    job: Job
    procedure: Procedure
    child: Child


class Workers:
    """Runs the jobs of the board, each through the children of its procedure."""

    def __init__(
        self,
        board: Board,
        selector: selectors.BaseSelector,
        allowance: Allowance,
        finished: Callable[[Job], None],
    ) -> None:
        self._board, self._selector = board, selector
        self._allowance, self._finished = allowance, finished
        self._running: dict[int, _Running] = {}
        self.done = 0

    def __contains__(self, pipe: int) -> bool:
        return pipe in self._running

    def __len__(self) -> int:
        return len(self._running)

    def next_deadline(self) -> float:
        """When the first child will be late, on the clock of `time.monotonic()`."""
        return min((one.child.deadline for one in self._running.values()), default=float("inf"))

    def start_waiting(self, engine: Engine, now: float) -> None:
        """Start as many waiting jobs as there is room for."""
        while (job := self._board.start_next(now)) is not None:
            self._go_on(job, verification(engine, job.upload, self._allowance), None)

    def hear(self, pipe: int) -> None:
        """Take what a child sent, and go on when it ended."""
        ended = self._running[pipe].child.read()
        if ended is not None:
            self._next_stage(pipe, ended)

    def kill_late(self, now: float) -> None:
        """End the children that are past their time."""
        for pipe, running in list(self._running.items()):
            if running.child.deadline <= now:
                self._next_stage(pipe, running.child.kill(Ending.TIMED_OUT))

    def abandon(self) -> None:
        """End every child: the server stops."""
        for pipe, running in list(self._running.items()):
            running.child.kill(Ending.TIMED_OUT)
            self._forget(pipe)
        for job in (*self._board.in_state(State.RUNNING), *self._board.in_state(State.WAITING)):
            self._board.drop(job)
            self._finished(job)

    def _next_stage(self, pipe: int, ended: Ended) -> None:
        running = self._forget(pipe)
        self._go_on(running.job, running.procedure, ended)

    def _forget(self, pipe: int) -> _Running:
        self._selector.unregister(pipe)
        return self._running.pop(pipe)

    def _go_on(self, job: Job, procedure: Procedure, ended: Ended | None) -> None:
        """Fork the next child of a procedure, or keep the report it came to."""
        try:
            stage = procedure.send(ended) if ended is not None else next(procedure)
        except StopIteration as end:
            self._board.finish(job, end.value, time.monotonic())
            self.done += 1
            self._finished(job)
            return
        child = start(stage.work, stage.allowance, stage.keep)
        self._running[child.pipe] = _Running(job, procedure, child)
        self._selector.register(child.pipe, selectors.EVENT_READ)
