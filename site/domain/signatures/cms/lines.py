"""A text whose lines are not ended as they were when it was signed.

Mail signs every text with CRLF (RFC 8551, 3.1.1), and so does OpenSSL unless it is told not to; file
transfers and version control end lines as they like. What is read is the same, the bytes are not.
"""

import re
from collections.abc import Iterator


_ENDS = re.compile(rb"\r\n|\r|\n")
# Our own limit: beyond it, each signer who did not sign a text would cost seconds.
MOST_BYTES = 4 * 1024 * 1024
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


def _is_text(document: bytes) -> bool:
    if len(document) > MOST_BYTES or document.startswith(b"%PDF-") or b"\0" in document:
        return False
    try:
        document.decode()
    except UnicodeDecodeError:
        return False
    return True
