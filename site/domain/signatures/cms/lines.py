"""A document whose bytes are not those that were signed, because of the ends of its lines.

Mail signs every text with CRLF (RFC 8551, 3.1.1), and so does OpenSSL unless it is told not to; file
transfers and version control end lines as they like. What is read is the same, the bytes are not.
"""

import re
from collections.abc import Iterator
from itertools import islice


_ENDS = re.compile(rb"\r\n|\r|\n")
# Our own limit: beyond it, each signer who did not sign a text would cost seconds.
MOST_BYTES = 4 * 1024 * 1024
# A line as OpenSSL reads it: up to its end, or up to what its buffer holds.
_READ = re.compile(rb"[^\n]{0,1022}\n|[^\n]{1,1023}")
_MOST_LINES = 200_000
# What `openssl cms -sign -text` puts before a text, as mail does.
_OF_MAIL = b"Content-Type: text/plain\r\n\r\n"


def ended_otherwise(document: bytes) -> Iterator[bytes]:
    """Yield a text with its lines ended in each other way; nothing for what is no text."""
    if not _is_text(document):
        return
    for end in (b"\r\n", b"\n"):
        again = _ENDS.sub(end, document)
        if again != document:
            yield again
    yield _OF_MAIL + _ENDS.sub(b"\r\n", document)


def as_a_text(document: bytes) -> bytes | None:
    """Give what OpenSSL signs of any file when it is not told `-binary`; None when that is nothing.

    It ends each line with CRLF, drops what follows a null octet until the next line, and stops at
    a line that begins with one: of most PDF it signs a part, and verifies no more.
    """
    kept = []
    for found in islice(_READ.finditer(document), _MOST_LINES):
        line = found[0].partition(b"\0")[0]
        if not line:
            break
        kept.append(line.rstrip(b"\r\n") + (b"\r\n" if line.endswith(b"\n") else b""))
    return b"".join(kept) or None


def _is_text(document: bytes) -> bool:
    if len(document) > MOST_BYTES or document.startswith(b"%PDF-") or b"\0" in document:
        return False
    try:
        document.decode()
    except UnicodeDecodeError:
        return False
    return True
