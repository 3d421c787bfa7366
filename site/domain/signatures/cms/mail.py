"""A signed message saved from a mail program (S/MIME multipart/signed, RFC 8551, 3.5.3)."""

import base64
import binascii
import re
from dataclasses import dataclass
from email.parser import BytesHeaderParser

from communaute.domain.signatures import detect


_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_LONGEST_HEADERS = 64 * 1024
_SIGNATURE_TYPES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})


@dataclass(frozen=True)
class SignedMail:
    """What a message signs, and its signature."""

    contents: tuple[bytes, bytes]
    """The same lines twice: ended as RFC 8551 has it (CRLF), then as they stand in the file."""
    der: bytes


def signed_mail(message: bytes) -> SignedMail | None:
    """Read a message with a signature apart; None when it is none.

    Its first part is what is signed, header fields of the part included.
    The sender, the subject and the date of the message are not: nobody signed them.
    """
    head = _END_OF_HEADERS.search(message[:_LONGEST_HEADERS])
    if head is None or b"multipart/signed" not in message[: head.end()].lower():
        return None
    fields = BytesHeaderParser().parsebytes(message[: head.end()])
    boundary = fields.get_boundary()
    if fields.get_content_type() != "multipart/signed" or not boundary:
        return None
    mark = re.escape(boundary.encode("latin-1", "replace"))
    parts = re.split(rb"(?:^|\r?\n)--" + mark + rb"(?:--)?[ \t]*(?=\r?\n|$)", message[head.end() :])
    if len(parts) != 4:  # what precedes, what is signed, its signature, what follows
        return None
    der = _signature(_without_first_line(parts[2]))
    as_saved = _without_first_line(parts[1])
    ended = re.sub(rb"\r?\n", b"\r\n", as_saved)
    return None if der is None else SignedMail((ended, as_saved), der)


def _without_first_line(part: bytes) -> bytes:
    return re.sub(rb"\A\r?\n", b"", part, count=1)


def _signature(part: bytes) -> bytes | None:
    head = _END_OF_HEADERS.search(part)
    if head is None:
        return None
    fields = BytesHeaderParser().parsebytes(part[: head.end()])
    if fields.get_content_type() not in _SIGNATURE_TYPES:
        return None
    try:
        der = base64.b64decode(b"".join(part[head.end() :].split()), validate=True)
    except binascii.Error:
        return None
    return detect.cms_bytes(der)
