"""What this site changes in pyHanko and asn1crypto, in one place: each change with its reason.

`install` is called by whoever verifies (verify.py, broker/fetching.py), never at import.
"""

from binascii import unhexlify
from functools import cache, lru_cache
from os import SEEK_CUR
from typing import BinaryIO

from asn1crypto import x509
from pyhanko.pdf_utils import generic, xref
from pyhanko_certvalidator.path import ValidationPath


_CHUNK = 8192
_BLANK = b" \t\r\n\x0c\x00"
_DIGITS = b"0123456789abcdefABCDEF"

_NAMES = 4096

original_truncate = ValidationPath.truncate_to_issuer_and_append
original_previous = xref._prev
original_hex_string = generic.read_hex_string_from_stream
original_prepared = x509.NameTypeAndValue._ldap_string_prep
original_hashable = x509.Name.hashable.fget


@cache
def install() -> None:
    """Change both for this process, once."""
    ValidationPath.truncate_to_issuer_and_append = truncate  # type: ignore[method-assign]
    generic.read_hex_string_from_stream = read_hex_string
    xref._prev = previous
    x509.NameTypeAndValue._ldap_string_prep = lambda _, text: prepared(text)
    x509.Name.hashable = property(hashable)


def truncate(self: ValidationPath, cert: x509.Certificate) -> ValidationPath:
    """Recognise the issuer of a CRL when it is the anchor itself.

    pyhanko-certvalidator 0.33 only does so for self-signed anchors, yet three anchors of
    the trusted lists in four are issuing authorities that another one signed.
    """
    anchor = self.trust_anchor.authority
    is_anchor = anchor.name == cert.subject and anchor.public_key.dump() == cert.public_key.dump()
    if cert.ca and is_anchor:
        return ValidationPath(self.trust_anchor, interm=[], leaf=None)
    found: ValidationPath = original_truncate(self, cert)
    return found


def previous(trailer: generic.DictionaryObject) -> generic.NumberObject | None:
    """Give where the table before this one is; `/Prev 0` says that there is none.

    No table can stand at the first byte of a file. Some programs write it; pyHanko refuses
    the whole file, others read it.
    """
    found: generic.NumberObject | None = original_previous(trailer)
    return found or None


def read_hex_string(
    stream: BinaryIO,
) -> generic.ByteStringObject | generic.TextStringObject:
    """Read a string from its « < » to after its « > ». Raises PdfStreamError as pyHanko does.

    pyHanko reads character by character; the value of a signature is one such string, of 16 to
    130 kB: this is a quarter of the time of a verification. What is not plain hexadecimal is
    left to pyHanko.
    """
    start = stream.tell()
    digits = _plain_digits(stream)
    if digits is None:
        stream.seek(start)
        return original_hex_string(stream)
    return generic.pdf_string(unhexlify(digits + b"0" * (len(digits) % 2)))


def _plain_digits(stream: BinaryIO) -> bytes | None:
    stream.read(1)
    parts = []
    while chunk := stream.read(_CHUNK):
        end = chunk.find(b">")
        part = chunk if end < 0 else chunk[:end]
        if part.translate(None, _DIGITS + _BLANK):
            return None
        parts.append(part)
        if end >= 0:
            stream.seek(end + 1 - len(chunk), SEEK_CUR)
            return b"".join(parts).translate(None, _BLANK)
    return None


@lru_cache(_NAMES)
def prepared(text: str) -> str:
    """Prepare a part of a name for comparison (RFC 4518, 2). Raises ValueError as asn1crypto does.

    asn1crypto goes through some twenty tables for each character; the few names of a document
    were prepared eighty times, a third of the time of a verification.
    """
    found: str = original_prepared(None, text)
    return found


_hashables: dict[bytes, str] = {}


def hashable(name: x509.Name) -> str:
    """Give the text that stands for a name where names are looked up, made once for each encoding."""
    encoded = name.chosen.contents
    found = _hashables.get(encoded)
    if found is None:
        found = str(original_hashable(name))
        if len(_hashables) < _NAMES:
            _hashables[encoded] = found
    return found
