"""What travels with a mail: a document, an invitation. Values, kept in the outbox as JSON."""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any


# All that one mail may carry. Many mailboxes take 10 MB, but each mail waits in the database.
LARGEST_BYTES = 1_000_000
NAME = re.compile(r"[^\x00-\x1f\x7f/\\.][^\x00-\x1f\x7f/\\]{0,99}")
MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+(?:; *[a-z]+=[A-Za-z0-9-]+)*")


@dataclass(frozen=True)
class Attachment:
    """One file: its name as the reader sees it, its media type, its bytes.

    `text/calendar; method=REQUEST` (or CANCEL) is an invitation: calendars show it with its
    buttons, and it is attached as a file besides. Raises ValueError for a name or a type that
    cannot be.
    """

    name: str
    media_type: str
    content: bytes

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"not the name of a file: {self.name!r}")
        if not MEDIA_TYPE.fullmatch(self.media_type):
            raise ValueError(f"not a media type: {self.media_type!r}")

    @property
    def kind(self) -> tuple[str, str]:
        """The media type's two words."""
        main, _, sub = self.media_type.partition(";")[0].partition("/")
        return main, sub

    @property
    def parameters(self) -> dict[str, str]:
        """What follows the media type."""
        pairs = (part.partition("=") for part in self.media_type.split(";")[1:])
        return {name.strip(): value.strip() for name, _, value in pairs}

    @property
    def is_invitation(self) -> bool:
        """Whether a calendar must be asked to do something with it (iTIP, RFC 5546)."""
        return self.kind == ("text", "calendar") and "method" in self.parameters


def to_rows(attachments: Sequence[Attachment]) -> list[dict[str, str]]:
    """As the outbox keeps them. Raises ValueError when they weigh more than LARGEST_BYTES."""
    weight = sum(len(each.content) for each in attachments)
    if weight > LARGEST_BYTES:
        raise ValueError(f"a mail carries {LARGEST_BYTES} bytes at most, not {weight}")
    return [
        {
            "name": each.name,
            "type": each.media_type,
            "content": b64encode(each.content).decode("ascii"),
        }
        for each in attachments
    ]


def from_rows(rows: Sequence[dict[str, str]]) -> list[Attachment]:
    """What to_rows was given."""
    return [Attachment(row["name"], row["type"], b64decode(row["content"])) for row in rows]


def invitation(*, name: str, method: str, text: str) -> Attachment:
    """An iCalendar object that asks for something (RFC 6047): its METHOD is said in its type too."""
    return Attachment(name, f"text/calendar; method={method}", text.encode("utf-8"))


def attach(mail: EmailMessage, attachments: Sequence[Attachment]) -> None:
    """Add them to a mail that has its text and its HTML already.

    A single invitation comes first: it is one more way to show the same mail
    (multipart/alternative). Of several, mail programs would show one only: they are files.
    """
    invitations = [each for each in attachments if each.is_invitation]
    shown = invitations if len(invitations) == 1 else []
    for each in shown:
        mail.add_alternative(each.content.decode("utf-8"), **_calendar(each))
    for each in attachments:
        if each.is_invitation and each not in shown:
            text = each.content.decode("utf-8")
            mail.add_attachment(text, **_calendar(each), filename=each.name)
        else:
            main, sub = ("application", "ics") if each.is_invitation else each.kind
            mail.add_attachment(each.content, maintype=main, subtype=sub, filename=each.name)


def _calendar(each: Attachment) -> dict[str, Any]:
    # In base64: its lines end with CR LF, which other encodings may lose on the way.
    return {"subtype": "calendar", "charset": "utf-8", "cte": "base64", "params": each.parameters}
