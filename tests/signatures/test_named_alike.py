"""Resources may bear the very names of what an update may change: they are shown all the same."""

from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from communaute.domain.signatures.vocabulary import Verdict
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office
from tests.signatures.edits import update
from tests.signatures.test_honest_changes import PLAIN, first_page, named, numbers


def drawn(text: bytes) -> generic.StreamObject:
    return generic.StreamObject(
        named(Subtype=generic.pdf_name("/Form"), BBox=numbers(0, 0, 600, 800)),
        stream_data=b"BT /F1 20 Tf 60 700 Td (" + text + b") Tj ET",
    )


@pytest.mark.parametrize("key", ["Tabs", "SE", "PieceInfo", "LastModified"])
def test_what_a_page_draws_is_compared_whatever_its_name(
    key: str, office: Office, check: Verifier
) -> None:
    def drawing(writer: IncrementalPdfFileWriter) -> None:
        page = first_page(writer)
        shown = writer.add_object(drawn(b"Cent euros"))
        page.get_object()["/Resources"]["/XObject"] = named(**{key: shown})
        writer.mark_update(page.reference)

    def redrawing(writer: IncrementalPdfFileWriter) -> None:
        page = first_page(writer)
        shown = page.get_object()["/Resources"]["/XObject"].raw_get(f"/{key}")
        stream = shown.get_object()
        stream._data, stream._encoded_data = drawn(b"Mille euros").data, None
        writer.mark_update(shown.reference)

    first = office.sign(update(PLAIN, drawing))
    assert check(first).verdict is Verdict.PASSED
    assert check(update(first, redrawing)).verdict is Verdict.FAILED


def test_what_an_image_is_decoded_with_is_compared(office: Office, check: Verifier) -> None:
    """The symbols that several images of scanned text share stand in a stream of their own."""

    def drawing(writer: IncrementalPdfFileWriter) -> None:
        page = first_page(writer)
        symbols = writer.add_object(generic.StreamObject(stream_data=b"one"))
        image = generic.StreamObject(
            named(
                Subtype=generic.pdf_name("/Image"),
                Filter=generic.pdf_name("/JBIG2Decode"),
                DecodeParms=named(JBIG2Globals=symbols),
            ),
            encoded_data=b"scanned",
        )
        page.get_object()["/Resources"]["/XObject"] = named(Im=writer.add_object(image))
        writer.mark_update(page.reference)

    def redrawing(writer: IncrementalPdfFileWriter) -> None:
        image = first_page(writer).get_object()["/Resources"]["/XObject"]["/Im"]
        symbols = image["/DecodeParms"].raw_get("/JBIG2Globals")
        stream = symbols.get_object()
        stream._data, stream._encoded_data = b"two", None
        writer.mark_update(symbols.reference)

    first = office.sign(update(PLAIN, drawing))
    assert check(first).verdict is Verdict.PASSED
    assert check(update(first, redrawing)).verdict is Verdict.FAILED


@pytest.mark.parametrize(("holder", "key"), [("", "/DSS"), ("/AcroForm", "/Q")])
def test_a_page_may_draw_what_the_catalogue_or_the_form_holds(
    holder: str, key: str, office: Office, check: Verifier
) -> None:
    """The resources of a page are the catalogue itself, or the form."""

    def held(writer: IncrementalPdfFileWriter) -> Any:
        return writer.root.raw_get(holder) if holder else writer.root_ref

    def drawing(writer: IncrementalPdfFileWriter) -> None:
        place = held(writer)
        page = first_page(writer)
        place.get_object()[key] = writer.add_object(drawn(b"Cent euros"))
        page.get_object()["/Resources"]["/XObject"] = generic.IndirectObject(
            place.idnum, place.generation, writer
        )
        writer.mark_update(page.reference)
        writer.update_container(place.get_object())

    def redrawing(writer: IncrementalPdfFileWriter) -> None:
        place = held(writer).get_object()
        place[key] = writer.add_object(drawn(b"Mille euros"))
        writer.update_container(place)

    first = office.sign(update(PLAIN, drawing))
    assert check(first).verdict is Verdict.PASSED
    assert check(update(first, redrawing)).verdict is Verdict.FAILED
