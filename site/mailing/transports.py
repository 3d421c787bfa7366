"""How a mail leaves: a protocol, what may go wrong, and the transport that needs no server."""

import os
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import EmailPolicy
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from uuid import uuid4


class WirePolicy(EmailPolicy):
    """SMTP's own policy, but for headers made of one long word: they stay on one line.

    Python would encode an address of 76 characters or more as `=?utf-8?q?…`, which no mail program
    opens, and fold shorter ones, which breaks a signature (DKIM) on its way.
    """

    WHOLE = frozenset({"list-unsubscribe", "list-id", "message-id", "return-path"})

    def fold(self, name: str, value: str) -> str:
        """The header as text, with its end of line."""
        if name.lower() in self.WHOLE:
            return f"{name}: {value}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        """The header as bytes."""
        if name.lower() in self.WHOLE:
            return self.fold(name, value).encode("ascii", "surrogateescape")
        if hasattr(value, "name"):
            return folded(self, name, value)
        return bytes(super().fold_binary(name, value))


@lru_cache(maxsize=512)
def folded(policy: WirePolicy, name: str, value: str) -> bytes:
    """A parsed header as bytes. Most are the same in all the mails of a letter."""
    return bytes(EmailPolicy.fold_binary(policy, name, value))


# How every mail is written, whatever carries it.
WIRE = WirePolicy(linesep="\r\n")


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
class FolderTransport:
    """Writes `.eml` files, one a mail; any mail reader opens them."""

    folder: Path

    def send(self, mail: EmailMessage) -> str:
        """Write the mail beside, then give it its name: a reader never sees half a file."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft = self.folder / f".{uuid4().hex}"
            draft.write_bytes(mail.as_bytes(policy=WIRE))
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
