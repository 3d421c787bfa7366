"""Shadow, incremental and forgery attacks on signed PDF: what is shown was signed, or it fails."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import pdf_byterange

from communaute.domain.signatures.vocabulary import Error, SubIndication, Verdict
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office, blank_pdf, edit_cms, signature_span
from tests.signatures.edits import update
from tests.signatures.raw_pdf import (
    OTHER_TEXT,
    TEXT,
    objects,
    page,
    stream,
    tables,
    updated,
    written,
)


PLAIN = written(objects())
VEIL = b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] "
VEILED = written(
    objects(
        o3=page(4, resources=b"/XObject << /X 10 0 R >> "),
        o4=stream(OTHER_TEXT + b" /X Do"),
        o10=stream(b"1 g 0 0 600 800 re f 0 g " + TEXT, VEIL),
    )
)
TWICE = written(objects(), hidden=[(4, stream(OTHER_TEXT))])
TWO_FACED = written(
    objects(
        o21=b"<< /Type /Pages /Kids [22 0 R] /Count 1 >>",
        o22=page(23, parent=21),
        o23=stream(OTHER_TEXT),
    )
)


@pytest.fixture(scope="module")
def signed(office: Office) -> bytes:
    return office.sign(PLAIN)


def form_of(document: bytes) -> bytes:
    """The entry of the catalogue that leads to the signature."""
    held = PdfFileReader(BytesIO(document)).root.raw_get("/AcroForm")
    output = BytesIO()
    held.write_to_stream(output, None)
    return b"/AcroForm " + output.getvalue() + b" "


def other_pages(document: bytes) -> bytes:
    return b"<< /Type /Catalog /Pages 21 0 R %s>>" % form_of(document)


SHADOWS: dict[str, tuple[bytes, Callable[[bytes], bytes]]] = {
    "the veil over the text freed": (VEILED, lambda d: updated(d, free=[10])),
    "the veil emptied": (VEILED, lambda d: updated(d, {10: b"null"})),
    "the text said to be elsewhere": (
        TWICE,
        lambda d: updated(d, moved={4: d.index(b"4 0 obj")}),
    ),
    "the catalogue turned to other pages": (TWO_FACED, lambda d: updated(d, {1: other_pages(d)})),
    "another catalogue": (TWO_FACED, lambda d: updated(d, {90: other_pages(d)}, root=90)),
    "the text replaced": (PLAIN, lambda d: updated(d, {4: stream(OTHER_TEXT)})),
    "the typeface replaced": (
        PLAIN,
        lambda d: updated(d, {5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>"}),
    ),
    "a page added": (
        PLAIN,
        lambda d: updated(d, {2: b"<< /Type /Pages /Kids [3 0 R 50 0 R] /Count 2 >>", 50: page(4)}),
    ),
    "the page removed": (
        PLAIN,
        lambda d: updated(d, {2: b"<< /Type /Pages /Kids [] /Count 0 >>"}),
    ),
}


@pytest.mark.parametrize("case", SHADOWS)
def test_what_was_hidden_when_it_was_signed_cannot_be_shown(
    case: str, office: Office, check: Verifier
) -> None:
    document, attack = SHADOWS[case]
    before = office.sign(document)
    assert check(before).verdict is Verdict.PASSED
    report = check(attack(before))
    assert (report.verdict, report.sub_indication) == (Verdict.FAILED, "FORMAT_FAILURE")


def catalogue(key: str, value: generic.PdfObject) -> Callable[[IncrementalPdfFileWriter], None]:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root[key] = value
        writer.update_root()

    return change


def in_page(key: str, value: generic.PdfObject) -> Callable[[IncrementalPdfFileWriter], None]:
    def change(writer: IncrementalPdfFileWriter) -> None:
        held = writer.root["/Pages"]["/Kids"][0]
        held[key] = value
        writer.mark_update(held.container_ref)

    return change


def in_form(key: str, value: generic.PdfObject) -> Callable[[IncrementalPdfFileWriter], None]:
    def change(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        form[key] = value
        writer.update_container(form)

    return change


SCRIPT = DictionaryObject(
    {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
)
LAYERS = DictionaryObject({pdf_name("/OCGs"): generic.ArrayObject(), pdf_name("/D"): SCRIPT})
LISTED = generic.ArrayObject([generic.pdf_string("avenant.pdf"), DictionaryObject()])
FILES = DictionaryObject(
    {pdf_name("/EmbeddedFiles"): DictionaryObject({pdf_name("/Names"): LISTED})}
)
BOOKMARKS = DictionaryObject({pdf_name("/Count"): generic.NumberObject(1)})
CHANGES = {
    "a script on opening": catalogue("/OpenAction", SCRIPT),
    "a file attached": catalogue("/Names", FILES),
    "layers": catalogue("/OCProperties", LAYERS),
    "bookmarks": catalogue("/Outlines", BOOKMARKS),
    "rights": catalogue("/Perms", FILES),
    "a script on the page": in_page("/AA", DictionaryObject({pdf_name("/O"): SCRIPT})),
    "the page turned over": in_page("/Rotate", generic.NumberObject(180)),
    "another form (XFA)": in_form("/XFA", generic.pdf_string("<xdp/>")),
}


@pytest.mark.parametrize("case", CHANGES)
def test_nothing_that_acts_or_shows_may_be_added(case: str, signed: bytes, check: Verifier) -> None:
    report = check(update(signed, CHANGES[case]))
    assert (report.verdict, report.sub_indication) == (Verdict.FAILED, "FORMAT_FAILURE")


NOT_PASSED: dict[str, Callable[[bytes], bytes]] = {
    "text after the end": lambda d: d + b"bonjour",
    "an object after the end": lambda d: d + b"4 0 obj\n" + stream(OTHER_TEXT) + b"\nendobj\n",
    "an object and an end": lambda d: d + b"4 0 obj\n" + stream(OTHER_TEXT) + b"\nendobj\n%%EOF\n",
    "a way back to the same table": lambda d: d + b"startxref\n%d\n%%%%EOF\n" % tables(d)[-1],
    "a way back to before": lambda d: d + b"startxref\n%d\n%%%%EOF\n" % tables(d)[0],
    "no former table": lambda d: updated(d, {4: stream(OTHER_TEXT)}, former=b""),
    "a former table nowhere": lambda d: updated(d, former=b"/Prev 99999999 "),
    "a table that follows itself": lambda d: updated(d, former=b"/Prev %d " % (len(d))),
    "bytes before": lambda d: b"\n" + d,
    "another version": lambda d: d.replace(b"%PDF-1.7", b"%PDF-1.4", 1),
    "encrypted since": lambda d: updated(
        d,
        {91: b"<< /Filter /Standard /V 1 /R 2 /O (%s) /U (%s) /P -4 >>" % (b"x" * 32, b"y" * 32)},
        trailer=b"/Encrypt 91 0 R /ID [<00><00>]",
    ),
    "no form any more": lambda d: updated(d, {1: b"<< /Type /Catalog /Pages 2 0 R >>"}),
}


@pytest.mark.parametrize("case", NOT_PASSED)
def test_tables_and_bytes_that_mislead_pass_nothing(
    case: str, signed: bytes, check: Verifier
) -> None:
    assert check(NOT_PASSED[case](signed)).verdict is not Verdict.PASSED


def test_a_way_back_hides_no_later_signature(
    office: Office, signed: bytes, check: Verifier
) -> None:
    later = office.sign(signed, "stranger", field="Other")
    back = later + b"startxref\n%d\n%%%%EOF\n" % tables(signed)[-1]
    assert check(back).verdict is not Verdict.PASSED


@pytest.mark.parametrize("blank", [b"\n\r\n", b"\0" * 100, b" \t\n"])
def test_blanks_after_the_end_are_nothing(blank: bytes, signed: bytes, check: Verifier) -> None:
    assert check(signed + blank).acceptable


def test_an_update_that_changes_nothing_is_nothing(signed: bytes, check: Verifier) -> None:
    assert check(updated(signed)).acceptable
    assert check(updated(signed, {99: b"<< /A 1 >>"})).acceptable


RANGES = (
    b"[] [0] [0 0 0 0] [-1 10 20 30] [0 -10 20 30] [0 1 2] [0 10 20 30 40 50] [0 9999999999 0 0] "
    b"null (x)"
)


@pytest.mark.parametrize("numbers", re.findall(rb"\[[^]]*\]|\S+", RANGES))
def test_no_byte_range_makes_a_forgery_pass(numbers: bytes, signed: bytes, check: Verifier) -> None:
    """Universal signature forgery: a range that covers nothing, or that nobody can read."""
    written_range = re.search(rb"/ByteRange\s*\[[^\]]*\]", signed)
    assert written_range is not None
    old = written_range[0]
    report = check(signed.replace(old, (b"/ByteRange " + numbers).ljust(len(old))[: len(old)]))
    assert report.verdict is Verdict.FAILED


@pytest.mark.parametrize("value", [b"null", b"<>", b"<00>", b"<3000>", b"<%s>" % (b"0" * 200)])
def test_no_empty_value_makes_a_forgery_pass(value: bytes, signed: bytes, check: Verifier) -> None:
    first, second = signature_span(signed)
    forged = signed[:first] + value.ljust(second - first) + signed[second:]
    report = check(forged)
    assert report.verdict is not Verdict.PASSED
    assert len(report.signatures) == 1


@pytest.mark.parametrize("key", [b"/ByteRange", b"/Contents <", b"/SubFilter"])
def test_no_missing_entry_makes_a_forgery_pass(key: bytes, signed: bytes, check: Verifier) -> None:
    assert check(signed.replace(key, key.replace(b"e", b"x"))).verdict is not Verdict.PASSED


def test_a_signature_that_holds_another_document_is_refused(signed: bytes, check: Verifier) -> None:
    def hold(data: cms.SignedData) -> None:
        data["encap_content_info"]["content"] = b"autre chose"

    assert check(edit_cms(signed, hold)).verdict is Verdict.FAILED


def test_a_signature_called_a_time_stamp_is_still_a_signature(
    office: Office, check: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Called /DocTimeStamp it was not listed at all, beside another that passed."""
    made = pdf_byterange.PdfSignedData.__init__

    def disguised(self: Any, **fields: Any) -> None:
        made(self, **(fields | {"obj_type": pdf_name("/DocTimeStamp")}))

    first = office.sign(blank_pdf())
    monkeypatch.setattr(pdf_byterange.PdfSignedData, "__init__", disguised)
    report = check(office.sign(first, "stranger", field="Other"))
    assert [s.verdict for s in report.signatures] == [Verdict.PASSED, Verdict.INDETERMINATE]
    alone = check(office.sign(blank_pdf(), "stranger"))
    assert alone.error is not Error.NO_SIGNATURE
    assert alone.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
