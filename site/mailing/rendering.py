"""From a message to the mail that travels: text and HTML from one pair of templates, headers."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import Protocol, cast
from urllib.parse import urlsplit

from jinja2 import Environment

from communaute.mailing.values import Json, from_json


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Who writes: the site's name and address, where answers go, whether the State publishes it."""

    base_url: str
    sender: str
    reply_to: str = ""
    official: bool = False
    name: str = "Communauté Chorus Pro"

    @property
    def host(self) -> str:
        """The host that names our Message-IDs and lists."""
        return urlsplit(self.base_url).hostname or "localhost"


class Posted(Protocol):
    """What a delivery says of its mail."""

    key: str
    recipient: str
    subject: str
    template: str
    context: dict[str, object]
    why: str
    list_name: str | None
    unsubscribe_url: str | None
    attachments: list[dict[str, str]] | None


@dataclass(frozen=True)
class Renderer:
    """Makes mails with the site's own Jinja environment."""

    environment: Environment
    writer: Writer

    def mail(self, posted: Posted, now: datetime) -> EmailMessage:
        """The mail. The same delivery sent again has the same Message-ID: it is one mail."""
        mail = EmailMessage(policy=SMTP)
        mail["From"] = address_of(self.writer.sender, self.writer.name)
        mail["To"] = address_of(posted.recipient)
        mail["Subject"] = posted.subject
        mail["Date"] = now
        mail["Message-ID"] = message_id(posted.key, self.writer.host)
        self._say_what_it_is(mail, posted)
        mail.set_content(self.text(posted), charset="utf-8", cte="quoted-printable")
        mail.add_alternative(
            self.html(posted), subtype="html", charset="utf-8", cte="quoted-printable"
        )
        for part in posted.attachments or ():
            attach_calendar(mail, part)
        # Last: setting the content takes every Content-* header away.
        mail["Content-Language"] = "fr"
        return mail

    def text(self, posted: Posted) -> str:
        """The plain text: all that the HTML says."""
        return self._rendered(posted, "txt")

    def html(self, posted: Posted) -> str:
        """The HTML, readable with images off, light and dark."""
        return self._rendered(posted, "html")

    def _rendered(self, posted: Posted, form: str) -> str:
        context = cast(dict[str, object], from_json(cast(Json, posted.context)))
        frame = {
            "writer": self.writer,
            "subject": posted.subject,
            "why": posted.why,
            "unsubscribe_url": posted.unsubscribe_url,
        }
        template = self.environment.get_template(f"mail/{posted.template}.{form}")
        return template.render(**frame, **context)

    def _say_what_it_is(self, mail: EmailMessage, posted: Posted) -> None:
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers
        mail["X-Auto-Response-Suppress"] = "All"
        if self.writer.reply_to:
            mail["Reply-To"] = address_of(self.writer.reply_to)
        if posted.list_name:
            mail["List-Id"] = f"<{posted.list_name}.{self.writer.host}>"
        if posted.unsubscribe_url:
            mail["List-Unsubscribe"] = f"<{posted.unsubscribe_url}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def attach_calendar(mail: EmailMessage, part: dict[str, str]) -> None:
    """Join an iCalendar object, its METHOD in the header as RFC 6047 (2.4) asks.

    In base64: its lines end with CR LF, which other encodings may lose on the way.
    """
    mail.add_attachment(
        part["text"],
        subtype="calendar",
        charset="utf-8",
        cte="base64",
        params={"method": part["method"]},
        filename=part["filename"],
    )


def address_of(text: str, name: str = "") -> Address:
    """`Name <a@b>` or `a@b` as an address. Raises ValueError when it is none."""
    given, spec = parseaddr(text)
    if "@" not in spec:
        raise ValueError(f"not an address: {text!r}")
    return Address(display_name=given or name, addr_spec=spec)


def message_id(key: str, host: str) -> str:
    """The Message-ID of a delivery: from its key, which says nothing once hashed."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{host}>"
