"""What the server answers to its clients' requests."""

import re
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from communaute.domain.signatures.serve.connection import PATIENCE, Connection
from communaute.domain.signatures.serve.documents import Upload
from communaute.domain.signatures.serve.engine import Report
from communaute.domain.signatures.serve.frames import VERSION, Message, ProtocolFault
from communaute.domain.signatures.serve.jobs import Board, Job, State


LONGEST_WAIT = 60.0
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Desk:
    """Takes documents in, says where they are, and hands the answers over."""

    def __init__(self, board: Board, document_bytes: int, state: Callable[[], Report]) -> None:
        self._board = board
        self._document_bytes = document_bytes
        self._state = state
        self._receiving: dict[Connection, Job] = {}
        self._waiting: dict[Job, list[tuple[float, Connection]]] = defaultdict(list)

    def asked(self, connection: Connection, message: Message) -> None:
        """Answer a request. Raises ProtocolFault when it is none of frames.py."""
        if message.get("v") != VERSION:
            raise ProtocolFault("unknown version")
        verb = message.get("verb")
        if verb == "submit":
            self._submit(connection, message)
        elif verb == "poll":
            self._poll(connection, message)
        elif verb == "state":
            connection.answer(self._state())
        else:
            raise ProtocolFault("unknown verb")

    def uploaded(self, connection: Connection) -> None:
        """Put a received document in the queue."""
        connection.upload = None
        job = self._receiving.pop(connection)
        if not job.upload.is_intact:
            self._board.drop(job)
            connection.answer({"status": "refused", "error": "damaged"}, last=True)
            return
        job.state = State.WAITING
        connection.answer({"status": "accepted", "job": job.id})

    def hung_up(self, connection: Connection) -> None:
        """Forget a client, and its document when it did not come whole."""
        job = self._receiving.pop(connection, None)
        if job is not None:
            self._board.drop(job)
        for waits in self._waiting.values():
            waits[:] = [wait for wait in waits if wait[1] is not connection]

    def finished(self, job: Job) -> None:
        """Answer those who wait for this job."""
        for _, connection in self._waiting.pop(job, []):
            self._tell(connection, job)

    def answer_late(self, now: float) -> None:
        """Tell those who waited as long as they wished where their job is."""
        for job in list(self._waiting):
            late = [wait for wait in self._waiting[job] if wait[0] <= now]
            self._waiting[job] = [wait for wait in self._waiting[job] if wait[0] > now]
            for _, connection in late:
                self._tell(connection, job)

    def next_answer(self) -> float:
        """When `answer_late` has something to say, on the clock of `time.monotonic()`."""
        waits = (until for waits in self._waiting.values() for until, _ in waits)
        return min(waits, default=float("inf"))

    def _submit(self, connection: Connection, message: Message) -> None:
        upload = _read_submission(message)
        if max(upload.size, upload.detached_size or 0) > self._document_bytes:
            upload.forget()
            connection.answer({"status": "refused", "error": "too_large"})
            return
        job = self._board.admit(upload)
        if job is None:
            upload.forget()
            retry_after = self._board.capacity.retry_after
            connection.answer({"status": "busy", "retry_after": retry_after})
            return
        self._receiving[connection] = job
        connection.upload = job.upload
        connection.answer({"status": "ready"})
        if job.upload.missing == 0:
            self.uploaded(connection)

    def _poll(self, connection: Connection, message: Message) -> None:
        job = self._board.get(str(message.get("job")))
        wait = message.get("wait", 0)
        if job is None:
            connection.answer({"status": "unknown"})
        elif job.state is State.DONE or not isinstance(wait, int | float) or wait <= 0:
            self._tell(connection, job)
        else:
            until = time.monotonic() + min(wait, LONGEST_WAIT)
            connection.deadline = until + PATIENCE
            self._waiting[job].append((until, connection))

    def _tell(self, connection: Connection, job: Job) -> None:
        """Say where a job is. A client that hung up meanwhile is noticed by the loop."""
        connection.deadline = time.monotonic() + PATIENCE
        try:
            connection.answer(self._where(job))
        except ConnectionError:
            connection.closing = True

    def _where(self, job: Job) -> Report:
        if job.state is State.DONE:
            return {"status": "done", "report": job.report}
        if job.state is State.RUNNING:
            return {"status": "running", "seconds": round(time.monotonic() - job.started, 1)}
        return {"status": "waiting", "ahead": self._board.ahead_of(job)}


def _read_submission(message: Message) -> Upload:
    """The upload a request announces. Raises ProtocolFault."""
    sha256, at, detached = message.get("sha256"), message.get("at"), message.get("detached_size")
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise ProtocolFault("no SHA-256")
    try:
        moment = datetime.fromisoformat(at) if at is not None else None
    except (TypeError, ValueError) as error:
        raise ProtocolFault("no date") from error
    detached_size = None if detached is None else _size(detached)
    return Upload(sha256, _size(message.get("size")), detached_size, moment)


def _size(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ProtocolFault("no size")
    return value
