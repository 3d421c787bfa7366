"""The fork server's loop: it receives, counts, forks and answers, and waits for none of them."""

import logging
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from communaute.domain.signatures.sandbox.confinement import VERIFYING, Allowance, granted_measures
from communaute.domain.signatures.serve.current import CurrentEngine
from communaute.domain.signatures.serve.desk import Desk
from communaute.domain.signatures.serve.endpoint import listening
from communaute.domain.signatures.serve.engine import Fingerprint, Load, Report
from communaute.domain.signatures.serve.jobs import DEFAULT_CAPACITY, Board, Capacity, Job, State
from communaute.domain.signatures.serve.ledger import Ledger
from communaute.domain.signatures.serve.reception import Reception
from communaute.domain.signatures.serve.workers import Workers


GRACE = 4.0
"""Seconds that running children are given once the server is asked to stop."""
_LONGEST_SLEEP = 1.0

logger = logging.getLogger(__name__)


class Server:
    """One verifier process. Single-threaded, because it forks."""

    def __init__(
        self,
        load: Load,
        fingerprint: Fingerprint,
        *,
        link: socket.socket | None = None,
        capacity: Capacity = DEFAULT_CAPACITY,
        allowance: Allowance = VERIFYING,
        document_bytes: int = 25 * 1024 * 1024,
    ) -> None:
        self._current = CurrentEngine(load, fingerprint)
        self._board = Board(capacity)
        self._selector = selectors.DefaultSelector()
        self._desk = Desk(self._board, document_bytes, self._state)
        self._reception = Reception(self._selector, self._desk)
        self._workers = Workers(self._board, self._selector, allowance, self._finished)
        self._ledger = Ledger(link, self._selector, self.stop)
        self._stop_at = float("inf")

    def serve(self, path: Path) -> None:
        """Load the lists, then answer on `path` until SIGTERM or SIGINT, or the recorder's end.

        Raises SocketTaken when another server answers there, and what the loading raises.
        """
        self._current.load_first()
        self._measures = sorted(granted_measures())
        with listening(path) as server, _woken_by_signals(self.stop) as waker, self._selector:
            self._selector.register(server, selectors.EVENT_READ)
            self._selector.register(waker, selectors.EVENT_READ)
            logger.info("verifier ready; measures granted: %s", ", ".join(self._measures))
            while not self._is_over():
                self._turn(server, waker)
            self._workers.abandon()
            self._reception.close()

    def stop(self) -> None:
        """Take nobody more, give the running children a short while, then end."""
        self._stop_at = min(self._stop_at, time.monotonic() + GRACE)

    def _turn(self, server: socket.socket, waker: socket.socket) -> None:
        """One turn of the loop: what came, what is late, what can start."""
        for key, events in self._selector.select(self._sleep()):
            if key.fd in self._workers:
                self._workers.hear(key.fd)
            elif key.fd in self._reception:
                self._reception.talk(key.fd, events, time.monotonic())
            elif key.fd in self._ledger:
                self._ledger.write()
            elif key.fileobj is waker:
                waker.recv(64)
            elif key.fileobj is server and not self._is_stopping:
                self._reception.let_in(server, time.monotonic())
        now = time.monotonic()
        self._workers.kill_late(now)
        self._desk.answer_late(now)
        self._board.forget_old(now)
        self._current.step(now)
        self._workers.start_waiting(self._current.engine, now)
        self._reception.tidy(now)

    def _sleep(self) -> float:
        """How long nothing is due, in seconds."""
        if self._current.is_loading:
            return 0.0
        due = min(self._workers.next_deadline(), self._desk.next_answer())
        return max(0.0, min(due - time.monotonic(), _LONGEST_SLEEP))

    @property
    def _is_stopping(self) -> bool:
        return self._stop_at < float("inf")

    def _is_over(self) -> bool:
        return self._is_stopping and (not self._workers or time.monotonic() >= self._stop_at)

    def _finished(self, job: Job) -> None:
        if job.report is not None:
            self._ledger.note(job.id, job.report)
        self._desk.finished(job)

    def _state(self) -> Report:
        """What readiness shows."""
        return {
            "status": "up",
            "running": len(self._board.in_state(State.RUNNING)),
            "waiting": len(self._board.in_state(State.WAITING)),
            "done": self._workers.done,
            "loaded_at": self._current.loaded_at.isoformat(),
            "lists": self._current.engine.lists(),
            "measures": self._measures,
        }


@contextmanager
def _woken_by_signals(stop: Callable[[], None]) -> Iterator[socket.socket]:
    """A socket that a stopping signal makes readable, so that no turn sleeps through it."""
    waker, writing = socket.socketpair()
    with waker, writing:
        waker.setblocking(False)
        writing.setblocking(False)
        former = signal.set_wakeup_fd(writing.fileno())
        handlers = {
            number: signal.signal(number, lambda *_: stop())
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            yield waker
        finally:
            signal.set_wakeup_fd(former)
            for number, handler in handlers.items():
                signal.signal(number, handler)
