"""A mail before it is a mail: who it is for, its subject, its template, what fills it and travels with it.

Values, kept as JSON in the outbox and given back as they were: dates stay dates.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum
from typing import TypeAlias


Value: TypeAlias = (
    str
    | int
    | float
    | bool
    | date
    | datetime
    | Decimal
    | Sequence["Value"]
    | Mapping[str, "Value"]
    | None
)
Json: TypeAlias = str | int | float | bool | list["Json"] | dict[str, "Json"] | None

TAGS: dict[str, Callable[[str], Value]] = {
    "@moment": datetime.fromisoformat,
    "@day": date.fromisoformat,
    "@decimal": Decimal,
}
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


class Priority(IntEnum):
    """Who goes first when many wait: a person in front of a screen, before an issue to thousands."""

    PERSON_WAITING = 0
    NORMAL = 5
    MASS = 9


@dataclass(frozen=True, kw_only=True)
class MailingList:
    """What a mail of a list says of it (RFC 2919, RFC 8058).

    `unsubscribe_url` is absolute; a POST to it unsubscribes at once, a GET shows a button. A mail
    to `unsubscribe_mail`, if there is one, does the same.
    """

    name: str
    unsubscribe_url: str
    unsubscribe_mail: str = ""


@dataclass(frozen=True, kw_only=True)
class Message:
    """One mail to one person.

    `template` names the pair `templates/mail/<template>.html` and `.txt`; `context` holds plain
    values only (texts, numbers, dates, lists of them), kept in the outbox until the mail has left.
    `why` is the sentence that says why one receives it. After `useless_after` (a link has
    expired, a session has begun) it is no longer sent. `attachments` are forgotten with the context.
    `about` says what it speaks of (`registration 12`): what still waits about it can be withdrawn,
    what failed be found.
    """

    to: str
    subject: str
    template: str
    why: str
    context: Mapping[str, Value] = field(default_factory=dict)
    priority: Priority = Priority.NORMAL
    useless_after: datetime | None = None
    mailing_list: MailingList | None = None
    attachments: tuple[Attachment, ...] = ()
    about: str | None = None


def to_json(value: Value) -> Json:
    """The value as JSON; dates and decimals as `{"@day": "2026-11-23"}`.

    Raises TypeError for anything else than plain values: a row of the database has no place here.
    """
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, datetime):
        return {"@moment": value.isoformat()}
    if isinstance(value, date):
        return {"@day": value.isoformat()}
    if isinstance(value, Decimal):
        return {"@decimal": str(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    raise TypeError(f"a mail is filled with plain values, not {type(value).__name__}")


def from_json(kept: Json) -> Value:
    """What to_json was given."""
    if isinstance(kept, list):
        return [from_json(item) for item in kept]
    if not isinstance(kept, dict):
        return kept
    if len(kept) == 1:
        tag, text = next(iter(kept.items()))
        if tag in TAGS and isinstance(text, str):
            return TAGS[tag](text)
    return {key: from_json(item) for key, item in kept.items()}


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
