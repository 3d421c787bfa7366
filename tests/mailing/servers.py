"""A real SMTP server for tests, that can be told to misbehave."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Mail
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


Answer = Callable[[int], str | None]


@dataclass
class Postbox:
    """What the server took, and how it answers. `None` as an answer drops the line."""

    taken: list[Mail] = field(default_factory=list)
    # Each mail as it travelled, and whom its bounces go to.
    bytes_taken: list[bytes] = field(default_factory=list)
    return_paths: list[str] = field(default_factory=list)
    at_recipient: list[str | None] = field(default_factory=list)
    # Before the mail is taken, then after: both are heard as a broken line after DATA.
    drop_before_taking: int = 0
    drop_after_taking: int = 0
    at_data: list[str] = field(default_factory=list)
    stalls: int = 0

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.at_recipient.pop(0) if self.at_recipient else "250 OK"
        if answer is None:
            drop(server)
            return "421 bye"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.drop_before_taking:
            self.drop_before_taking -= 1
            drop(server)
            return "250 OK"
        if self.stalls:
            self.stalls -= 1
            await asyncio.sleep(3600)
        if self.at_data:
            return self.at_data.pop(0)
        self.bytes_taken.append(bytes(envelope.content or b""))
        self.return_paths.append(str(envelope.mail_from))
        self.taken.append(message_from_bytes(bytes(envelope.content or b"")))
        if self.drop_after_taking:
            self.drop_after_taking -= 1
            drop(server)
        return "250 OK"

    def identifiers(self) -> list[str]:
        """The Message-IDs taken, doubles included."""
        return [str(mail["Message-ID"]) for mail in self.taken]


def drop(server: SMTP) -> None:
    """Break the line."""
    assert server.transport is not None
    server.transport.abort()


@contextmanager
def smtp_server(postbox: Postbox, port: int = 0, **options: Any) -> Iterator[str]:
    """The address of a server that puts what it takes into `postbox`."""
    port = port or free_port()
    controller = Controller(postbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
