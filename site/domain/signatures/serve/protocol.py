"""The protocol of the verifier's socket, version 1; what comes by it, and the socket itself.

A frame is a length (4 bytes, big-endian) and that many bytes of JSON, an object. The client
asks, the server answers each request with one frame; a connection may ask several times.

`{"v": 1, "verb": "submit", "sha256": H, "size": N, "detached_size": M or null,
"at": ISO date or null, "more": [{"sha256", "size", "detached_size"}], "ticket": TICKET or null}`
    `more`, `ticket`, `request` (its name in logs) and what a document may do without are optional. One that stays with
    its owner has a size of 0 and `"digests": {"sha256": HEX, …}`.
    `{"status": "ready"}`: send N then M bytes, as they are, then those of each of `more`, and
    read a second answer: `{"status": "accepted", "jobs": [ID, …]}` in the same order, or
    `refused` with `damaged` when the bytes of a document have not the SHA-256 announced;
    `{"status": "busy", "retry_after": SECONDS, "ticket": …, "rank": …}`: two run and four wait,
    or others in line come first; nothing to send;
    `{"status": "refused", "error": "too_large"}`: nothing to send.
`{"v": 1, "verb": "line", "ticket": TICKET or null}`: stay in the line of those who found no place
    `{"status": "line", "ticket": TICKET, "rank": N, "come": true or false}`: `rank` is 1 for the
    first; once `come` is true a place is kept for that ticket. A ticket that is not heard of lets
    the others pass (jobs.py). All null when the line is full.
`{"v": 1, "verb": "poll", "job": ID, "wait": SECONDS}`: answers at the end, or after `wait`
    `{"status": "waiting", "ahead": N}`, `{"status": "running", "seconds": S}`,
    `{"status": "done", "report": {…}}` (for 15 minutes), `{"status": "unknown"}`.
`{"v": 1, "verb": "state"}`
    `{"status": "up", "running": N, "waiting": N, "done": N, "loaded_at": ISO date, "lists": […],
    "measures": […]}`: what readiness shows.

Anything else is answered `{"status": "refused", "error": "protocol"}` and hung up.

Towards the recorder, over a link of its own, frames are `{"job": ID, "report": {…}}`; it answers
each with `{"job": ID}` once the report is in the table.
"""

import fcntl
import hashlib
import json
import os
import re
import socket
import struct
from asyncio import StreamReader
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from communaute.domain.signatures.detect import Digests


VERSION = 1
REQUEST_BYTES = 16 * 1024
DOCUMENTS = 20
"""How many documents may come together; none of them is larger than one alone may be."""
BATCH_BYTES = 100 * 1024 * 1024
REPORT_BYTES = 16 * 1024 * 1024
LONGEST_WAIT = 300.0
"""Seconds a poll may wait: six documents of at most 85 s each, two at a time."""
_LENGTH = struct.Struct(">I")

Message = Mapping[str, Any]


class ProtocolFault(ValueError):
    """The other side does not speak this protocol."""


def encode(message: Message) -> bytes:
    """Make a frame of a message."""
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    return _LENGTH.pack(len(body)) + body


async def received(stream: StreamReader, limit: int = REQUEST_BYTES) -> Message:
    """Read one frame. Raises ProtocolFault, and EOFError when the other side hung up."""
    body = await stream.readexactly(_length(await stream.readexactly(_LENGTH.size), limit))
    return _decode(body)


def receive(stream: BinaryIO, limit: int = REPORT_BYTES) -> Message:
    """Read one frame, waiting for it. Raises ProtocolFault, and EOFError at the end."""
    body = _exactly(stream, _length(_exactly(stream, _LENGTH.size), limit))
    return _decode(body)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    read = stream.read(size)
    if len(read) < size:
        raise EOFError
    return read


def _length(head: bytes, limit: int) -> int:
    length: int = _LENGTH.unpack(head)[0]
    if length > limit:
        raise ProtocolFault("frame too long")
    return length


def _decode(body: bytes) -> Message:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProtocolFault("not JSON") from error
    if not isinstance(message, dict):
        raise ProtocolFault("not an object")
    return message


# A document being received: in memory, in a file without a name, never on a disk.


_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(slots=True)
class Upload:
    """The bytes of one submission as they come, first the document then its signature.

    They go into an anonymous file (memfd), not into the server's own memory: a child gets the
    file of its document and cannot see that of another visitor.
    """

    sha256: str
    size: int
    detached_size: int | None
    at: datetime | None
    digests: Digests | None = None
    """Those of a document that does not come."""
    file: int = field(default_factory=lambda: os.memfd_create("document", os.MFD_CLOEXEC))
    _received: int = 0
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    @classmethod
    def of(cls, document: bytes, detached: bytes | None, at: datetime | None) -> "Upload":
        """A document that is already here: what the command verifies."""
        size = None if detached is None else len(detached)
        upload = cls(hashlib.sha256(document).hexdigest(), len(document), size, at)
        upload.write(document)
        upload.write(detached or b"")
        return upload

    @property
    def missing(self) -> int:
        """How many bytes are still to come."""
        return self.size + (self.detached_size or 0) - self._received

    @property
    def is_intact(self) -> bool:
        """Whether the document received is the one announced."""
        return self.digests is not None or self._digest.hexdigest() == self.sha256

    def write(self, chunk: bytes) -> None:
        """Take the next bytes, no more than are missing."""
        part = chunk[: max(0, self.size - self._received)]
        self._digest.update(part)
        os.write(self.file, chunk)
        self._received += len(chunk)

    def document(self) -> bytes:
        """The document. Read in the child."""
        return os.pread(self.file, self.size, 0)

    def detached(self) -> bytes | None:
        """The detached signature. Read in the child."""
        if self.detached_size is None:
            return None
        return os.pread(self.file, self.detached_size, self.size)

    def forget(self) -> None:
        """Give the memory back; safe to call twice."""
        if self.file >= 0:
            os.close(self.file)
            self.file = -1


def announced(message: Message) -> list[Upload]:
    """Give the uploads that a request announces (protocol.py). Raises ProtocolFault."""
    at, more = message.get("at"), message.get("more", [])
    try:
        moment = datetime.fromisoformat(at) if at is not None else None
    except (TypeError, ValueError) as error:
        raise ProtocolFault("no date") from error
    if not isinstance(more, list) or len(more) >= DOCUMENTS:
        raise ProtocolFault("too many documents")
    described = [_described(one) for one in (message, *more)]
    return [Upload(*one[:3], moment, one[3]) for one in described]


def _described(document: object) -> tuple[str, int, int | None, Digests | None]:
    if not isinstance(document, dict):
        raise ProtocolFault("no document")
    sha256, detached = document.get("sha256"), document.get("detached_size")
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise ProtocolFault("no SHA-256")
    size, given = _size_of(document.get("size")), document.get("digests")
    try:
        digests = None if given is None else Digests.read(given)
    except (ValueError, TypeError) as error:
        raise ProtocolFault("no digests") from error
    return sha256, size, None if detached is None else _size_of(detached), digests


def _size_of(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ProtocolFault("no size")
    return value


# The socket: one server a path, a dead server's file replaced, no other user let in.


PATH_BYTES = 107  # sun_path of Linux, its final zero deducted
_BACKLOG = 128


class SocketTaken(RuntimeError):
    """Another server answers on this path."""


@contextmanager
def listening(path: Path) -> Iterator[socket.socket]:
    """Listen on a Unix socket until the end of the block, then remove its file.

    A lock on `<path>.lock`, which the kernel drops with its holder, tells a living server from
    the file of a dead one. Raises SocketTaken, and OSError when the path cannot be used.
    """
    if len(os.fsencode(path)) > PATH_BYTES:
        raise OSError(f"the path of a Unix socket holds {PATH_BYTES} bytes at most: {path}")
    with (path.with_name(path.name + ".lock")).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SocketTaken(str(path)) from error
        with _bound(path) as server:
            try:
                yield server
            finally:
                with suppress(FileNotFoundError):
                    path.unlink()


def _bound(path: Path) -> socket.socket:
    with suppress(FileNotFoundError):
        path.unlink()
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    former = os.umask(0o117)  # the owner and its group: the web process
    try:
        server.bind(os.fspath(path))
    finally:
        os.umask(former)
    server.listen(_BACKLOG)
    server.setblocking(False)
    return server
