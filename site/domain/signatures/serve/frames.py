"""The protocol of the verifier's socket, version 1.

A frame is a length (4 bytes, big-endian) and that many bytes of JSON, an object. The client
asks, the server answers each request with one frame; a connection may ask several times.

`{"v": 1, "verb": "submit", "sha256": H, "size": N, "detached_size": M or null,
"at": ISO date or null}`
    `{"status": "ready"}`: send N then M bytes, as they are, and read a second answer:
    `{"status": "accepted", "job": ID}`, or `refused` with `damaged` when the first N bytes
    have not the SHA-256 announced;
    `{"status": "busy", "retry_after": SECONDS}`: two run and four wait; nothing to send;
    `{"status": "refused", "error": "too_large"}`: nothing to send.
`{"v": 1, "verb": "poll", "job": ID, "wait": SECONDS}`: answers at the end, or after `wait`
    `{"status": "waiting", "ahead": N}`, `{"status": "running", "seconds": S}`,
    `{"status": "done", "report": {…}}` (for 15 minutes), `{"status": "unknown"}`.
`{"v": 1, "verb": "state"}`
    `{"status": "up", "running": N, "waiting": N, "done": N, "loaded_at": ISO date, "lists": […],
    "measures": […]}`: what readiness shows.

Anything else is answered `{"status": "refused", "error": "protocol"}` and hung up.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any


VERSION = 1
REQUEST_BYTES = 4096
REPORT_BYTES = 16 * 1024 * 1024
_LENGTH = struct.Struct(">I")

Message = Mapping[str, Any]


class ProtocolFault(ValueError):
    """The other side does not speak this protocol."""


def encode(message: Message) -> bytes:
    """Make a frame of a message."""
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    return _LENGTH.pack(len(body)) + body


def take(received: bytearray, limit: int = REQUEST_BYTES) -> Message | None:
    """Take one message out of what was received; None until it is complete.

    Raises ProtocolFault for a frame above `limit` bytes or that is no JSON object.
    """
    if len(received) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack_from(received)
    if length > limit:
        raise ProtocolFault("frame too long")
    end = _LENGTH.size + length
    if len(received) < end:
        return None
    body = bytes(received[_LENGTH.size : end])
    del received[:end]
    return _decode(body)


def _decode(body: bytes) -> Message:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProtocolFault("not JSON") from error
    if not isinstance(message, dict):
        raise ProtocolFault("not an object")
    return message
