"""Read what comes back: delivery reports (RFC 3464, RFC 6533), complaints (RFC 5965), wishes to leave.

Only what was sent to one of our tagged addresses (mailing/tagged.py) is about a mail of ours. What is read
comes from anybody: it is bounded, and nothing in it is believed but a status.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.policy import EmailPolicy, compat32
from enum import StrEnum
from itertools import islice
from typing import cast

from communaute.mailing.tagged import BOUNCE, LEAVE, Tagger


# A report quotes the mail it is about, at most; what is longer is read up to there.
LARGEST, MOST_PARTS, LONGEST_TEXT = 250_000, 40, 20_000
# A report, the mail that it quotes, and what that one carries: a dozen.
MOST_TYPES = 100
# Python reads a Content-Type of forty thousand parameters for minutes.
LONGEST_HEADER = 4_000
# Where servers write whom a mail was for; the envelope itself is given by whoever hands it over.
FOR = ("X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "To")
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
# Looked for from the beginning of each word only: a text of one word is read once.
_WORD = r"[^\s<>()\[\];,\"']"
ADDRESS = re.compile(rf"(?<!{_WORD}){_WORD}+@{_WORD}+")
REPORTS = ("message/delivery-status", "message/global-delivery-status")


class Bounded(EmailPolicy):
    """Reads no header further than LONGEST_HEADER, in the mail or in a part of it."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """The name of a header and the beginning of what it says."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]


BOUNDED = Bounded()


class What(StrEnum):
    """What a mail that came back is."""

    BOUNCE = "bounce"
    DELAY = "delay"
    COMPLAINT = "complaint"
    LEAVE = "leave"
    AUTOMATIC = "automatic"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Returned:
    """What was read: about which delivery (`code`) or from whom (`leaves`, the address written to)."""

    what: What
    code: str = ""
    leaves: str = ""
    status: str = ""
    said: str = ""


def read(raw: bytes, tagger: Tagger, recipient: str = "") -> Returned:
    """What a mail that came back says. Never raises: what cannot be read is UNREADABLE."""
    try:
        return _read(raw[:LARGEST], tagger, recipient)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, UnicodeError):
        return Returned(What.UNREADABLE)


def _read(raw: bytes, tagger: Tagger, recipient: str) -> Returned:
    if raw.lower().count(b"\ncontent-type:") > MOST_TYPES:
        return Returned(What.UNREADABLE)  # made to take long
    mail = cast(EmailMessage, message_from_bytes(raw, policy=BOUNDED))
    if not mail.keys():
        return Returned(What.UNREADABLE)
    addresses = [recipient, *_addresses(raw)]
    left = next((one for one in addresses if tagger.read(LEAVE, one)), "")
    kind = mail.get_content_type()
    if left and kind != "multipart/report":
        # Apple's programs leave by a mail that calls itself an automatic answer: it counts.
        return Returned(What.LEAVE, leaves=left)
    code = next((found for one in addresses if (found := tagger.read(BOUNCE, one))), None)
    if code is None:
        return Returned(What.FOREIGN)
    if kind == "multipart/report" and mail.get_param("report-type") == "feedback-report":
        return Returned(What.COMPLAINT, code=code)
    return _bounce(mail, code)


def _addresses(raw: bytes) -> list[str]:
    """Whom a mail says it was for. Read by the plain policy: a header made to hurt is only a text."""
    headers = BytesHeaderParser(policy=compat32).parsebytes(raw)
    found = [str(value) for name in FOR for value in headers.get_all(name, [])]
    return [address for value in found for address in ADDRESS.findall(value[:LONGEST_TEXT])]


def _bounce(mail: EmailMessage, code: str) -> Returned:
    parts = list(islice(mail.walk(), MOST_PARTS))
    groups = [group for part in parts for group in _groups(part)]
    for group in groups:
        found = STATUS.search(str(group.get("Status", "")))
        action = str(group.get("Action", "")).strip().lower()
        if found and action in ("failed", "delayed", ""):
            what = What.DELAY if action == "delayed" else What.BOUNCE
            return Returned(what, code=code, status=found[1], said=_said(group))
    if groups:  # delivered, relayed, expanded: nothing failed
        return Returned(What.AUTOMATIC, code=code)
    if _is_automatic(mail):
        return Returned(What.AUTOMATIC, code=code)
    return _told_in_words(parts, code)


def _groups(part: Message) -> list[Message]:
    """The groups of fields of a delivery report, whatever its encoding (RFC 6533 is in UTF-8)."""
    if part.get_content_type() not in REPORTS:
        return []
    if part.get_content_type() == REPORTS[0] and part.is_multipart():
        return [one for one in cast(list[Message], part.get_payload()) if one.keys()]
    written = _inside(part)[:LONGEST_TEXT]
    blocks = re.split(rb"\r?\n\r?\n", written)
    parser = BytesHeaderParser(policy=compat32)
    return [parser.parsebytes(block.strip() + b"\n\n") for block in blocks if block.strip()]


def _inside(part: Message) -> bytes:
    """The bytes of a part: Python takes a global report for a mail, and its groups for a body."""
    head, _, body = part.as_bytes(policy=compat32).partition(b"\n\n")
    plain = EmailMessage(policy=BOUNDED)
    plain["Content-Transfer-Encoding"] = str(part.get("Content-Transfer-Encoding", "8bit"))
    plain.set_payload(body.decode("ascii", "surrogateescape"))
    decoded = plain.get_payload(decode=True)
    return decoded if head and isinstance(decoded, bytes) else b""


def _said(group: Message) -> str:
    """The server's own words, without an address."""
    return without_addresses(str(group.get("Diagnostic-Code", "")))


def without_addresses(text: str) -> str:
    """A server's words, short, on one line, without an address: the log of returns names nobody."""
    shown = "".join(c if c.isprintable() else " " for c in text[:LONGEST_TEXT])
    return " ".join(ADDRESS.sub("…", shown).split())[:300]


def _is_automatic(mail: EmailMessage) -> bool:
    """A holiday answer, and the like (RFC 3834)."""
    said = str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    empty = any(mail.get(name) is not None for name in ("X-Autoreply", "X-Autorespond"))
    return empty or said not in ("no", "auto-generated")


def _told_in_words(parts: Sequence[Message], code: str) -> Returned:
    """Old servers tell in plain words: a status among them is one; without it, nobody knows."""
    for part in _texts(parts):
        found = STATUS.search(part)
        if found and found[1][0] in "45":
            line = next((line for line in part.splitlines() if found[1] in line), "")
            return Returned(What.BOUNCE, code=code, status=found[1], said=without_addresses(line))
    return Returned(What.AUTOMATIC, code=code)


def _texts(parts: Sequence[Message]) -> Iterator[str]:
    for part in parts:
        if part.get_content_type() == "text/plain":
            written = part.get_payload(decode=True)
            if isinstance(written, bytes):
                yield written[:LONGEST_TEXT].decode("utf-8", "replace")
