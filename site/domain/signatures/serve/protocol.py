"""The protocol of the verifier's socket, version 1.

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
    the others pass (line.py). All null when the line is full.
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

import json
import struct
from asyncio import StreamReader
from collections.abc import Mapping
from typing import Any, BinaryIO


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
