"""Ask the verifier process: what the web doors, the API and readiness use.

One connection a call, so that any thread or process may call; no call waits longer than it says.
"""

import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from communaute.domain.signatures.serve.frames import (
    REPORT_BYTES,
    VERSION,
    Message,
    ProtocolFault,
    encode,
    take,
)


_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 20.0


class VerifierBusy(RuntimeError):
    """Two documents are being verified and four wait: come back in `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"busy for {retry_after} s")
        self.retry_after = retry_after


class VerifierAbsent(RuntimeError):
    """No verifier answers on the socket."""


class DocumentRefused(ValueError):
    """The verifier did not take the document: `reason` is "too_large" or "damaged"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a job is: `status` is "waiting", "running", "done" or "unknown"."""

    status: str
    ahead: int = 0
    """How many documents are verified first, while waiting."""
    seconds: float = 0.0
    """For how long it has run."""
    report: dict[str, Any] | None = None
    """The answer, once done (wire form of a DocumentReport, see report_wire.py)."""


class VerifierClient:
    """A client of the verifier that listens on `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def submit(
        self, document: bytes, detached: bytes | None = None, at: datetime | None = None
    ) -> str:
        """Hand a document over; return the random address of its job.

        Raises VerifierBusy, DocumentRefused, VerifierAbsent.
        """
        request = {
            "v": VERSION,
            "verb": "submit",
            "sha256": hashlib.sha256(document).hexdigest(),
            "size": len(document),
            "detached_size": None if detached is None else len(detached),
            "at": None if at is None else at.isoformat(),
        }
        with self._line() as line:
            _accepted(line.ask(request), "ready")
            line.send(document)
            line.send(detached or b"")
            return str(_accepted(line.answer(), "accepted")["job"])

    def poll(self, job: str, wait: float = 0.0) -> Progress:
        """Say where a job is; with `wait`, once it is done or after that many seconds.

        Raises VerifierAbsent.
        """
        request = {"v": VERSION, "verb": "poll", "job": job, "wait": wait}
        with self._line(_ANSWER_SECONDS + wait) as line:
            return Progress(**line.ask(request))

    def state(self) -> dict[str, Any]:
        """The verifier's state (see frames.py). Raises VerifierAbsent."""
        with self._line() as line:
            return dict(line.ask({"v": VERSION, "verb": "state"}))

    @contextmanager
    def _line(self, patience: float = _ANSWER_SECONDS) -> Iterator["_Line"]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            try:
                connection.settimeout(_CONNECT_SECONDS)
                connection.connect(os.fspath(self._path))
                connection.settimeout(patience)
                yield _Line(connection)
            except (OSError, ProtocolFault) as error:
                raise VerifierAbsent(str(self._path)) from error


class _Line:
    """A connection, and what was received of the answers to come."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._received = bytearray()

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def ask(self, request: Message) -> Message:
        self.send(encode(request))
        return self.answer()

    def answer(self) -> Message:
        while (message := take(self._received, REPORT_BYTES)) is None:
            chunk = self._connection.recv(1 << 16)
            if not chunk:
                raise ConnectionResetError
            self._received += chunk
        return message


def _accepted(answer: Message, expected: str) -> Message:
    if answer["status"] == "busy":
        raise VerifierBusy(answer["retry_after"])
    if answer["status"] == "refused":
        raise DocumentRefused(answer["error"])
    if answer["status"] != expected:
        raise ProtocolFault(f"{expected} expected")
    return answer
