"""PDF written by hand, byte for byte, and updates that no writer of PDF would make."""

import re
from collections.abc import Mapping, Sequence
from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader


_START = re.compile(rb"startxref\s+(\d+)")
TEXT = b"BT /F1 20 Tf 60 700 Td (Contrat de cent euros) Tj ET"
OTHER_TEXT = b"BT /F1 20 Tf 60 700 Td (Contrat de mille euros) Tj ET"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """The body of a stream object."""
    return b"<< /Length %d %s>>\nstream\n%s\nendstream" % (len(content), entries, content)


def page(contents: int, parent: int = 2, resources: bytes = b"") -> bytes:
    return (
        b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 600 800] /Contents %d 0 R "
        b"/Resources << /Font << /F1 5 0 R >> %s>> >>" % (parent, contents, resources)
    )


def objects(**more: bytes) -> dict[int, bytes]:
    """One page that says TEXT, with other objects named « o10 », « o11 »…"""
    usual = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: page(4),
        4: stream(TEXT),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    return usual | {int(name[1:]): body for name, body in more.items()}


def written(found: Mapping[int, bytes], hidden: Sequence[tuple[int, bytes]] = ()) -> bytes:
    """A whole file; `hidden` objects are in it but not in its table."""
    output = bytearray(b"%PDF-1.7\n")
    for number, body in hidden:
        output += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return _with_table(output, found, max(found) + 1, 1, b"")


def updated(
    document: bytes,
    found: Mapping[int, bytes] | None = None,
    *,
    root: int | None = None,
    free: Sequence[int] = (),
    moved: Mapping[int, int] | None = None,
    trailer: bytes = b"",
    former: bytes | None = None,
) -> bytes:
    """An update: new objects, objects freed, objects said to be elsewhere in the file."""
    reader = PdfFileReader(BytesIO(document), strict=False)
    former = b"/Prev %s " % _START.findall(document)[-1] if former is None else former
    entries = dict.fromkeys(free, b"0000000000 00001 f \n")
    entries |= {one: b"%010d 00000 n \n" % place for one, place in (moved or {}).items()}
    size = max(int(reader.trailer["/Size"]), *(one + 1 for one in found or {0: b""}))
    catalogue = root or reader.trailer.raw_get("/Root").idnum
    output = bytearray(document)
    return _with_table(output, found or {}, size, catalogue, former + trailer, entries)


def _with_table(
    output: bytearray,
    found: Mapping[int, bytes],
    size: int,
    root: int,
    trailer: bytes,
    entries: dict[int, bytes] | None = None,
) -> bytes:
    entries = dict(entries or {})
    for number, body in found.items():
        entries[number] = b"%010d 00000 n \n" % len(output)
        output += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(output)
    output += b"xref\n0 1\n0000000000 65535 f \n"
    for number in sorted(entries):
        output += b"%d 1\n%s" % (number, entries[number])
    output += b"trailer\n<< /Size %d /Root %d 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (
        *(size, root, trailer, start),
    )
    return bytes(output)


def tables(document: bytes) -> list[int]:
    """Where the tables of a document start, in the order of its revisions."""
    return [int(one) for one in _START.findall(document)]
