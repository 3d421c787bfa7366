"""One client of the server: what it sent so far, what it is still to be sent."""

import socket
from typing import Protocol

from communaute.domain.signatures.serve.documents import Upload
from communaute.domain.signatures.serve.frames import Message, ProtocolFault, encode, take


_CHUNK = 1 << 18
PATIENCE = 30.0
"""Seconds after which a client that neither sends nor reads is hung up."""


class Requests(Protocol):
    """Who answers the requests of a connection."""

    def asked(self, connection: "Connection", message: Message) -> None:
        """A request came whole."""

    def uploaded(self, connection: "Connection") -> None:
        """The document that the connection was receiving came whole."""


class Connection:
    """A client's connection; never waits for it."""

    def __init__(self, peer: socket.socket, requests: Requests, now: float) -> None:
        peer.setblocking(False)
        self.peer = peer
        self.upload: Upload | None = None
        self.closing = False
        self.deadline = now + PATIENCE
        self._requests = requests
        self._received = bytearray()
        self._to_send = bytearray()

    @property
    def has_more_to_send(self) -> bool:
        """Whether the client has still to read something."""
        return bool(self._to_send)

    @property
    def is_over(self) -> bool:
        """Whether the last word was said and read."""
        return self.closing and not self._to_send

    def read(self, now: float) -> None:
        """Take what the client sent. Raises ConnectionError when it hung up."""
        try:
            chunk = self.peer.recv(_CHUNK)
        except BlockingIOError:
            return
        if not chunk:
            raise ConnectionResetError
        self.deadline = now + PATIENCE
        self._received += chunk
        self._digest()

    def answer(self, message: Message, *, last: bool = False) -> None:
        """Send a frame, at once as far as possible; hang up after it when it is the last."""
        self._to_send += encode(message)
        self.closing = self.closing or last
        self.write()

    def write(self) -> None:
        """Send what the client can take. Raises ConnectionError when it hung up."""
        try:
            sent = self.peer.send(self._to_send)
        except BlockingIOError:
            return
        del self._to_send[:sent]
        if self.closing and not self._to_send:
            raise ConnectionResetError

    def _digest(self) -> None:
        """Make documents and requests of what came."""
        try:
            while self._received and not self.closing:
                if self.upload is not None:
                    self._receive(self.upload)
                elif (message := take(self._received)) is not None:
                    self._requests.asked(self, message)
                else:
                    return
        except ProtocolFault:
            self.answer({"status": "refused", "error": "protocol"}, last=True)

    def _receive(self, upload: Upload) -> None:
        part = bytes(self._received[: upload.missing])
        del self._received[: len(part)]
        upload.write(part)
        if upload.missing == 0:
            self._requests.uploaded(self)
