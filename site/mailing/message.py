"""A mail before it is a mail: who it is for, its subject, its template and what fills it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from communaute.mailing.attachments import Attachment
from communaute.mailing.values import Value


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
