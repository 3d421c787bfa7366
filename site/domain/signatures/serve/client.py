"""Ask the verifier process: what the web doors, the API and readiness use.

One connection a call, so that any thread or process may call; no call waits longer than it says.
"""

import hashlib
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from communaute.domain.signatures.serve.engine import Submission
from communaute.domain.signatures.serve.protocol import (
    VERSION,
    Message,
    ProtocolFault,
    encode,
    receive,
)


_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class InLine:
    """The place of somebody who found none: a ticket to come back with."""

    ticket: str | None
    """None when the line itself is full."""
    rank: int | None
    """The first in line has rank 1."""
    come: bool = False
    """Whether a place is now kept for that ticket."""


class VerifierBusy(RuntimeError):
    """Two documents are being verified and four wait: come back in `retry_after` seconds."""

    def __init__(self, retry_after: int, place: InLine) -> None:
        super().__init__(f"busy for {retry_after} s")
        self.retry_after, self.place = retry_after, place


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
    """The answer, once done (wire form of a DocumentReport, see report.py)."""


class VerifierClient:
    """A client of the verifier that listens on `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def submit(
        self,
        document: bytes,
        detached: bytes | None = None,
        at: datetime | None = None,
        ticket: str | None = None,
    ) -> str:
        """Hand a document over; return the random address of its job.

        Raises VerifierBusy, DocumentRefused, VerifierAbsent.
        """
        return self.submit_all([Submission(document, detached, at)], ticket)[0]

    def submit_all(
        self, submissions: Sequence[Submission], ticket: str | None = None, request: str = ""
    ) -> list[str]:
        """Hand over documents that came together; their addresses, in the same order.

        `request` is the name that logs give to who asks.

        Raises VerifierBusy, DocumentRefused, VerifierAbsent: then none was taken.
        """
        first, *more = map(_announced, submissions)
        asked = {"v": VERSION, "verb": "submit", **first, "more": more, "ticket": ticket}
        at = submissions[0].at
        asked |= {"at": None if at is None else at.isoformat(), "request": request}
        with self._line() as line:
            _accepted(line.ask(asked), "ready")
            for one in submissions:
                line.send(one.document)
                line.send(one.detached or b"")
            return list(_accepted(line.answer(), "accepted")["jobs"])

    def wait_in_line(self, ticket: str | None) -> InLine:
        """Keep, or take, a rank among those who found no place. Raises VerifierAbsent."""
        with self._line() as line:
            answer = line.ask({"v": VERSION, "verb": "line", "ticket": ticket})
            return InLine(answer["ticket"], answer["rank"], answer["come"])

    def poll(self, job: str, wait: float = 0.0) -> Progress:
        """Say where a job is; with `wait`, once it is done or after that many seconds.

        Raises VerifierAbsent.
        """
        request = {"v": VERSION, "verb": "poll", "job": job, "wait": wait}
        with self._line(_ANSWER_SECONDS + wait) as line:
            return Progress(**line.ask(request))

    def state(self) -> dict[str, Any]:
        """The verifier's state (see protocol.py). Raises VerifierAbsent."""
        with self._line() as line:
            return dict(line.ask({"v": VERSION, "verb": "state"}))

    @contextmanager
    def _line(self, patience: float = _ANSWER_SECONDS) -> Iterator["_Line"]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            try:
                connection.settimeout(_CONNECT_SECONDS)
                connection.connect(os.fspath(self._path))
                connection.settimeout(patience)
                with connection.makefile("rb") as answers:
                    yield _Line(connection, answers)
            except (OSError, EOFError, ProtocolFault) as error:
                raise VerifierAbsent(str(self._path)) from error


class _Line:
    """A connection: requests go out, answers come in, both in frames."""

    def __init__(self, connection: socket.socket, answers: BinaryIO) -> None:
        self._answers = answers
        self.send = connection.sendall

    def ask(self, request: Message) -> Message:
        self.send(encode(request))
        return self.answer()

    def answer(self) -> Message:
        return receive(self._answers)


def _announced(one: Submission) -> Message:
    digests = None if one.digests is None else one.digests.written()
    return {
        "sha256": digests["sha256"] if digests else hashlib.sha256(one.document).hexdigest(),
        "digests": digests,
        "size": len(one.document),
        "detached_size": None if one.detached is None else len(one.detached),
    }


def _accepted(answer: Message, expected: str) -> Message:
    if answer["status"] == "busy":
        place = InLine(answer["ticket"], answer["rank"])
        raise VerifierBusy(answer["retry_after"], place)
    if answer["status"] == "refused":
        raise DocumentRefused(answer["error"])
    if answer["status"] != expected:
        raise ProtocolFault(f"{expected} expected")
    return answer
