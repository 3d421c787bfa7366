"""How a mail leaves: a protocol, what may go wrong, and the two transports that need no server."""

import os
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from uuid import uuid4


class NotSent(Exception):
    """The mail was certainly not taken. `str(error)` is what the server said."""


class Refused(NotSent):
    """This mail will never be taken: trying again is of no use."""


class Deferred(NotSent):
    """This mail may be taken later."""


class Unreachable(NotSent):
    """No mail can leave for now: the server, not the mail, is the matter."""


class Unknown(Exception):
    """The mail was handed over whole and no answer came: it may have been taken."""


class Transport(Protocol):
    """Carries one mail at a time."""

    def send(self, mail: EmailMessage) -> str:
        """Hand the mail over; answers what the server said.

        Raises Refused, Deferred, Unreachable (certainly not sent) or Unknown.
        """

    def close(self) -> None:
        """End what is open; `send` may be called again."""


@dataclass
class MemoryTransport:
    """Keeps mails in a list, for tests."""

    sent: list[EmailMessage] = field(default_factory=list)

    def send(self, mail: EmailMessage) -> str:
        """Remember the mail."""
        self.sent.append(mail)
        return "kept in memory"

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class FolderTransport:
    """Writes `.eml` files, one a mail; any mail reader opens them."""

    folder: Path

    def send(self, mail: EmailMessage) -> str:
        """Write the mail beside, then give it its name: a reader never sees half a file."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft = self.folder / f".{uuid4().hex}"
            draft.write_bytes(mail.as_bytes())
            target = self.folder / f"{name_of(mail)}.eml"
            os.replace(draft, target)
        except OSError as fault:
            raise Unreachable(str(fault)) from fault
        return f"written to {target.name}"

    def close(self) -> None:
        """Nothing is open."""


def name_of(mail: EmailMessage) -> str:
    """A file name that sorts by date and is the same for the same mail sent again."""
    date = mail["Date"].datetime
    identifier = str(mail["Message-ID"]).strip("<>").split("@")[0]
    return f"{date:%Y%m%dT%H%M%S}-{identifier}"
