"""Updates that pyHanko reads in one way and poppler, mupdf or Ghostscript in another: never accepted."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from communaute.domain.signatures.pdf.ambiguous import stand_apart, value_end
from communaute.domain.signatures.vocabulary import Verdict
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office, blank_pdf


EVIL = b"BT /F1 20 Tf 60 700 Td (Contrat de mille euros) Tj ET"
STREAM = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(EVIL), EVIL)


class Update:
    """The bytes of an update, written by hand after a signed document."""

    def __init__(self, signed: bytes) -> None:
        self.bytes, self.places = signed.rstrip() + b"\n", dict[int, int]()
        self.reader = PdfFileReader(BytesIO(signed))
        self.page = self.reader.root["/Pages"]["/Kids"].raw_get(0)
        self.content = self.page.get_object().raw_get("/Contents").idnum
        self.size = int(self.reader.trailer["/Size"])
        self.before = int(re.findall(rb"startxref\s+(\d+)", signed)[-1])
        self.root = self.reader.trailer.raw_get("/Root").idnum

    def add(self, number: int, body: bytes, generation: int = 0) -> None:
        self.places[number] = len(self.bytes)
        self.bytes += b"%d %d obj\n%s\nendobj\n" % (number, generation, body)

    def page_with(self, contents: bytes) -> bytes:
        written = BytesIO()
        self.page.get_object().write_to_stream(written, None)
        return written.getvalue().replace(b"/Contents %d 0 R" % self.content, contents)

    def rows(self, generation: int = 0) -> bytes:
        rows = [b"%d 1\n%010d %05d n \n" % (n, at, generation) for n, at in self.places.items()]
        return b"".join(rows)

    def ended(self, rows: bytes | None = None, trailer: bytes = b"") -> bytes:
        numbers = (self.size + 20, self.root, self.before)
        return (
            self.bytes
            + b"xref\n0 1\n0000000000 65535 f \n"
            + (self.rows() if rows is None else rows)
            + b"trailer\n<< %s/Size %d /Root %d 0 R /Prev %d >>\n" % (trailer, *numbers)
            + b"startxref\n%d\n%%%%EOF\n" % len(self.bytes)
        )

    def streamed(self, head: bytes, payload: bytes, rank: int = 0) -> bytes:
        """Give the page in a stream of objects."""
        first, held = len(head), self.size + 2
        whole = head + payload
        body = b"<< /Type /ObjStm /N 1 /First %d /Length %d >>\nstream\n%s\nendstream"
        self.add(held, body % (first, len(whole), whole))
        rows = b"\x02" + held.to_bytes(4, "big") + rank.to_bytes(2, "big")
        rows += b"\x01" + self.places[held].to_bytes(4, "big") + b"\0\0"
        index = b"%d 1 %d 1" % (self.page.idnum, held)
        at = len(self.bytes)
        return (
            self.bytes
            + b"%d 0 obj\n<< /Type /XRef /Size %d /Root %d 0 R /Prev %d /W [1 4 2] /Index [%s]"
            % (self.size + 1, self.size + 20, self.root, self.before, index)
            + b" /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (len(rows), rows)
            + b"startxref\n%d\n%%%%EOF\n" % at
        )


def same_again(of: Update) -> bytes:
    """Nothing but what was signed: the control."""
    of.add(of.page.idnum, of.page_with(b"/Contents %d 0 R" % of.content))
    return of.ended()


def same_in_a_stream(of: Update) -> bytes:
    return of.streamed(b"%d 0 " % of.page.idnum, of.page_with(b"/Contents %d 0 R" % of.content))


def another_generation(of: Update) -> bytes:
    of.add(of.content, STREAM, generation=1)
    return of.ended(of.rows(generation=1))


def a_key_twice(of: Update) -> bytes:
    of.add(of.size, STREAM)
    of.add(
        of.page.idnum, of.page_with(b"/Contents %d 0 R /Contents %d 0 R" % (of.content, of.size))
    )
    return of.ended()


def a_key_twice_escaped(of: Update) -> bytes:
    of.add(of.size, STREAM)
    both = b"/Contents %d 0 R /Cont#65nts %d 0 R" % (of.content, of.size)
    of.add(of.page.idnum, of.page_with(both))
    return of.ended()


def a_key_twice_in_a_stream(of: Update) -> bytes:
    of.add(of.size, STREAM)
    both = b"/Contents %d 0 R /Contents %d 0 R" % (of.content, of.size)
    return of.streamed(b"%d 0 " % of.page.idnum, of.page_with(both))


def two_roots(of: Update) -> bytes:
    of.add(of.size, b"<< /Type /Catalog /Pages 2 0 R >>")
    of.bytes += b"%% "
    return of.ended(trailer=b"/Root %d 0 R " % of.root).replace(
        b"/Root %d 0 R /Prev" % of.root, b"/Root %d 0 R /Prev" % of.size
    )


def a_row_twice(of: Update) -> bytes:
    """The second row gives what stood in the signed bytes, where it was nobody's object."""
    here = of.reader.xrefs.get_xref_data(0).standard_xrefs[of.content][1]
    of.add(of.size, b"<< >>")
    row = b"%d 1\n%010d 00000 n \n" % (of.content, here)
    return of.ended(of.rows() + row + row)


def a_false_length(of: Update) -> bytes:
    of.add(of.size, b"<< /Length 3 >>\nstream\n%s\nendstream" % EVIL)
    return of.ended()


def data_that_says(said: bytes, of: Update) -> bytes:
    of.add(of.size, b"<< /Length %d >>\nstream\n%s\nendstream" % (len(said), said))
    return of.ended()


def trailers_in_data(of: Update) -> bytes:
    return data_that_says(b"trailer << >> trailer [ ]", of)


def a_trailer_in_a_trailer(of: Update) -> bytes:
    return data_that_says(b"trailer [ trailer [ ] ]", of)


def an_object_in_an_object(of: Update) -> bytes:
    within = of.size + 1
    of.add(of.size, b"[ %d 0 obj 1 ]" % within)
    of.places[within] = of.bytes.rfind(b"%d 0 obj" % within)
    return of.ended()


Make = Callable[[Update], bytes]
CONTROLS = [same_again, same_in_a_stream, trailers_in_data]
FALSE = [
    *(another_generation, a_key_twice, a_key_twice_escaped, a_key_twice_in_a_stream),
    *(two_roots, a_row_twice, a_false_length, a_trailer_in_a_trailer, an_object_in_an_object),
]


@pytest.mark.parametrize("make", CONTROLS)
def test_the_same_thing_written_again_is_accepted(
    make: Make, office: Office, check: Verifier
) -> None:
    signed = office.sign(blank_pdf())
    assert check(make(Update(signed))).verdict is Verdict.PASSED


@pytest.mark.parametrize("make", FALSE)
def test_what_two_programs_read_otherwise_is_not(
    make: Make, office: Office, check: Verifier
) -> None:
    signed = office.sign(blank_pdf())
    assert check(make(Update(signed))).verdict is not Verdict.PASSED


@pytest.mark.parametrize(
    ("value", "end"),
    [
        (b"<< /A (a\\)(b)) /B [1 0 R << /A 1 >>] /C <41> >> x", 47),
        (b" % << \n 12 13", 10),
        (b"<< /A 1 /A 2 >>", None),
        (b"<< /A 1 0 R /A 2 0 R >>", None),
        (b"<< /A 1 /#41 2 >>", None),
        (b"<< /A << /B 1 /B 1 >> >>", None),
        (b"[<< /A 1 >> << /A 1 >>]", 23),
        (b"<< /A 1 2 >>", None),
        (b"<< /A [1 >> ]", None),
        (b"<< /A 1", None),
        (b")", None),
        (b"]", None),
        (b"", None),
    ],
)
def test_where_a_value_ends(value: bytes, end: int | None) -> None:
    assert value_end(value, 0) == end


def test_what_is_within_another_is_not_read_once_more_for_each() -> None:
    """A hundred thousand arrays, each in the one before: read each to its end, they take hours."""
    deep = 100_000
    assert not stand_apart(b"[" * deep + b"]" * deep, list(range(deep)))
    assert stand_apart(b"[] [] 1", [3, 0, 6])
