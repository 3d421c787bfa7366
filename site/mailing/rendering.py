"""From a message to the mail that travels: text and HTML from one pair of templates, headers."""

import hashlib
from binascii import b2a_qp
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, BaseHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from functools import lru_cache
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

import idna
from jinja2 import Environment

from communaute.french.typography import typeset, typeset_html
from communaute.mailing.message import Attachment, Json, from_json, from_rows
from communaute.mailing.tagged import BOUNCE, Tagger


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Who writes: the site's name and address, where answers go, whether the State publishes it."""

    base_url: str
    sender: str
    reply_to: str = ""
    official: bool = False
    # Where mails that could not be delivered come back, and what signs the addresses they come to.
    return_path: str = ""
    secret: str = ""
    name: str = "Communauté Chorus Pro"

    @property
    def host(self) -> str:
        """The host that names our Message-IDs and lists."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def tagger(self) -> Tagger:
        """Makes the addresses that machines answer to, on the host where mails come back."""
        where = self.return_path or parseaddr(self.sender)[1]
        return Tagger(self.secret, where.rpartition("@")[2] or self.host)

    def bounces_to(self, code: str) -> str:
        """Where the mail with this code comes back when it cannot be delivered (VERP)."""
        local = self.return_path.rpartition("@")[0]
        return self.tagger.address(BOUNCE, code.replace("-", ""), local)


class Posted(Protocol):
    """What a delivery says of its mail."""

    key: str
    code: str | None
    recipient: str
    subject: str
    template: str
    context: dict[str, object]
    attachments: list[dict[str, str]]
    why: str
    list_name: str | None
    unsubscribe_url: str | None
    unsubscribe_mail: str | None


@dataclass(frozen=True)
class Renderer:
    """Makes mails with the site's own Jinja environment."""

    environment: Environment
    writer: Writer

    def mail(self, posted: Posted, now: datetime) -> EmailMessage:
        """The mail. The same delivery sent again has the same Message-ID: it is one mail."""
        mail = EmailMessage(policy=SMTP)
        mail["From"] = sender_header(self.writer.sender, self.writer.name)
        mail["To"] = address_of(posted.recipient)
        mail["Subject"] = header("Subject", typeset(posted.subject))
        mail["Date"] = now
        mail["Message-ID"] = message_id(posted.key, self.writer.host)
        self._say_what_it_is(mail, posted)
        mail["MIME-Version"] = header("MIME-Version", "1.0")
        mail["Content-Type"] = header("Content-Type", BOTH_FORMS)
        mail.set_payload([written(self.text(posted), "plain"), written(self.html(posted), "html")])
        attach(mail, from_rows(posted.attachments))
        # Last: an attachment moves every Content-* header into a part.
        mail["Content-Language"] = header("Content-Language", "fr")
        return mail

    def text(self, posted: Posted) -> str:
        """The plain text: all that the HTML says."""
        return set_around(self._rendered(posted, "txt"), typeset)

    def html(self, posted: Posted) -> str:
        """The HTML, readable with images off, light and dark."""
        return set_around(self._rendered(posted, "html"), typeset_html)

    def _rendered(self, posted: Posted, form: str) -> str:
        context = cast(dict[str, object], from_json(cast(Json, posted.context)))
        frame = {
            "writer": self.writer,
            "subject": posted.subject,
            "why": posted.why,
            "code": posted.code,
            "unsubscribe_url": posted.unsubscribe_url,
        }
        template = self.environment.get_template(f"mail/{posted.template}.{form}")
        return template.render(**frame, **context)

    def _say_what_it_is(self, mail: EmailMessage, posted: Posted) -> None:
        # RFC 3834: no holiday answers
        mail["Auto-Submitted"] = header("Auto-Submitted", "auto-generated")
        mail["X-Auto-Response-Suppress"] = header("X-Auto-Response-Suppress", "All")
        if self.writer.reply_to:
            mail["Reply-To"] = address_of(self.writer.reply_to)
        if posted.list_name:
            mail["List-Id"] = header("List-Id", f"<{posted.list_name}.{self.writer.host}>")
        if posted.list_name and posted.code:
            # For the envelope: SmtpTransport takes it off.
            mail["Return-Path"] = f"<{self.writer.bounces_to(posted.code)}>"
        if posted.unsubscribe_url:
            ways = [f"<{posted.unsubscribe_url}>"]
            if posted.unsubscribe_mail:
                ways.append(f"<mailto:{posted.unsubscribe_mail}?subject=unsubscribe>")
            mail["List-Unsubscribe"] = ", ".join(ways)
            mail["List-Unsubscribe-Post"] = header(
                "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
            )


# No line of a part, whether quoted-printable or base64, can hold « =_ » (RFC 2045, 6.7).
BOTH_FORMS = 'multipart/alternative; boundary="=_communaute"'


@lru_cache(maxsize=256)
def header(name: str, value: str) -> BaseHeader:
    """A header that many mails share, read once: Python's parser takes a third of a letter's time.

    Raises ValueError for one of several lines.
    """
    return cast(BaseHeader, SMTP.header_store_parse(name, value)[1])


@lru_cache(maxsize=8)
def sender_header(sender: str, name: str) -> BaseHeader:
    """Who writes, the same in every mail."""
    return cast(BaseHeader, SMTP.header_store_parse("From", address_of(sender, name))[1])


def written(text: str, kind: str) -> EmailMessage:
    """One form of a mail, in quoted-printable: lines of 76 characters at most."""
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = header("Content-Type", f'text/{kind}; charset="utf-8"')
    part["Content-Transfer-Encoding"] = header("Content-Transfer-Encoding", "quoted-printable")
    lines = b"\n".join(text.encode().splitlines()) + b"\n"
    part.set_payload(b2a_qp(lines).decode("ascii"))
    return part


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


# Between two of these, a template prints what is set in type already: a letter's words, the same for all.
READY = "\x1e"


def set_around(written: str, setting: Callable[[str], str]) -> str:
    """Set the typography of a mail, but of what is ready: a third of the time of a letter."""
    pieces = written.split(READY)
    return "".join(piece if at % 2 else setting(piece) for at, piece in enumerate(pieces))


def address_of(text: str, name: str = "") -> Address:
    """`Name <a@b>` or `a@b` as an address, its host as DNS writes it (IDNA 2008).

    Raises ValueError when it is none.
    """
    given, spec = parseaddr(text)
    local, at, host = spec.rpartition("@")
    if not at:
        raise ValueError(f"not an address: {text!r}")
    known = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    return Address(display_name=given or name, username=local, domain=known)


def message_id(key: str, host: str) -> str:
    """The Message-ID of a delivery: from its key, which says nothing once hashed."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{host}>"
