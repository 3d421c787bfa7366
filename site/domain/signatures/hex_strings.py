"""Read the hexadecimal strings of a PDF at once: pyHanko reads them character by character.

The value of a signature is one such string, of 16 to 130 kB: this is a quarter of the time of
a verification. What is not plain hexadecimal is left to pyHanko.
"""

from binascii import unhexlify
from os import SEEK_CUR
from typing import BinaryIO

from pyhanko.pdf_utils import generic


_CHUNK = 8192
_BLANK = b" \t\r\n\x0c\x00"
_DIGITS = b"0123456789abcdefABCDEF"

_original = generic.read_hex_string_from_stream


def read_hex_string(
    stream: BinaryIO,
) -> generic.ByteStringObject | generic.TextStringObject:
    """Read a string from its « < » to after its « > ». Raises PdfStreamError as pyHanko does."""
    start = stream.tell()
    digits = _plain_digits(stream)
    if digits is None:
        stream.seek(start)
        return _original(stream)
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


def install() -> None:
    """Have pyHanko read with this (safe to call twice)."""
    generic.read_hex_string_from_stream = read_hex_string
