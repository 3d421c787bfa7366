"""A document being received: in memory, in a file without a name, never on a disk."""

import hashlib
import os
import re
from dataclasses import dataclass, field
from datetime import datetime

from communaute.domain.signatures.detect import Digests
from communaute.domain.signatures.serve.protocol import DOCUMENTS, Message, ProtocolFault


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
    size, given = _size(document.get("size")), document.get("digests")
    try:
        digests = None if given is None else Digests.read(given)
    except (ValueError, TypeError) as error:
        raise ProtocolFault("no digests") from error
    return sha256, size, None if detached is None else _size(detached), digests


def _size(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ProtocolFault("no size")
    return value
