"""What pyHanko alone would admit is not accepted; what says the same thing again is."""

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import ArrayObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm

from communaute.domain.signatures.vocabulary import Verdict
from tests.signatures import raw_pdf
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.edits import update
from tests.signatures.pki import NOW
from tests.signatures.test_form_changes import noted
from tests.signatures.test_honest_changes import (
    Change,
    first_page,
    name,
    named,
    numbers,
    setting,
    string,
    tagged,
)


def retitled(writer: IncrementalPdfFileWriter) -> None:
    writer.set_info(named(Title=string("Contrat de mille euros")))


def packet(title: str) -> bytes:
    return raw_pdf.stream(
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        b'<rdf:Description dc:title="%s"/></rdf:RDF>' % title.encode(),
        b"/Type /Metadata /Subtype /XML ",
    )


DESCRIBED = raw_pdf.written(
    raw_pdf.objects(
        o1=b"<< /Type /Catalog /Pages 2 0 R /Metadata 10 0 R >>", o10=packet("Cent euros")
    )
)


def test_a_title_changed_alone_is_not_accepted(office: Office, check: Verifier) -> None:
    """Readers show it above the page, and pyHanko takes it for the care of an archive."""
    signed = office.sign(blank_pdf())
    described = office.sign(DESCRIBED)
    assert check(described).acceptable
    for document in (
        update(signed, retitled),
        raw_pdf.updated(described, {10: packet("Mille euros")}),
    ):
        assert check(document).verdict is not Verdict.PASSED


@pytest.mark.parametrize("flags", [8192, 4096])
def test_a_field_is_not_made_to_hide_what_it_holds(
    flags: int, office: Office, check: Verifier
) -> None:
    signed = office.sign(blank_pdf(), certify=MDPPerm.FILL_FORMS)
    hidden = update(signed, setting("0", "/Ff", generic.NumberObject(flags)))
    assert check(hidden).verdict is Verdict.INDETERMINATE


def unreadable(writer: IncrementalPdfFileWriter) -> None:
    """A structure with a table of pairs, one of which has no second part."""
    tagged(writer)
    table = writer.root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    table.append(generic.NumberObject(1))


def test_states_that_cannot_be_compared_are_not_accepted(office: Office, check: Verifier) -> None:
    signed = office.sign(update(blank_pdf(), unreadable))
    assert check(signed).verdict is Verdict.PASSED
    report = check(office.add_revocation(signed, NOW))
    assert report.verdict is Verdict.INDETERMINATE
    assert check(office.add_revocation(office.sign(blank_pdf()), NOW)).acceptable


def in_a_list(writer: IncrementalPdfFileWriter) -> None:
    page = first_page(writer)
    content = page.get_object().raw_get("/Contents")
    page.get_object()["/Contents"] = ArrayObject([content])
    writer.mark_update(page.reference)


def in_a_list_with_another(writer: IncrementalPdfFileWriter) -> None:
    in_a_list(writer)
    more = generic.StreamObject(stream_data=b"BT /F1 20 Tf 60 730 Td (Annexe) Tj ET")
    first_page(writer).get_object()["/Contents"].append(writer.add_object(more))


def below_the_node(writer: IncrementalPdfFileWriter) -> None:
    """A document whose pages take their size from the node above, as many programs write it."""
    page, node = first_page(writer), writer.root["/Pages"]
    node["/MediaBox"] = page.get_object().pop("/MediaBox")
    for one in (page.reference, node.container_ref):
        writer.mark_update(one)


BELOW = update(blank_pdf(), below_the_node)
NEEDED = "/NeedAppearances"


def in_the_form(key: str, value: generic.PdfObject) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        form[key] = value
        writer.update_container(form)

    return change


SAME: dict[str, tuple[bytes, Change, Change]] = {
    "a list of one stream": (blank_pdf(), in_a_list, in_a_list_with_another),
    "a default of the form": (
        blank_pdf(),
        in_the_form(NEEDED, generic.BooleanObject(False)),
        in_the_form(NEEDED, generic.BooleanObject(True)),
    ),
}


@pytest.mark.parametrize("case", SAME)
def test_what_says_the_same_thing_again_is_admitted_and_its_twin_is_not(
    case: str, office: Office, check: Verifier
) -> None:
    document, honest, false = SAME[case]
    signed = office.sign(document)
    assert check(update(signed, honest)).acceptable
    assert check(update(signed, false)).verdict is not Verdict.PASSED


def test_a_size_said_again_is_not_called_an_alteration(office: Office, check: Verifier) -> None:
    """It is the one of the node above; two readers may not agree on which node that is."""
    signed = office.sign(BELOW)
    for height, verdict in ((800, Verdict.INDETERMINATE), (400, Verdict.FAILED)):
        again = update(signed, setting("page", "/MediaBox", numbers(0, 0, 600, height)))
        assert check(again).verdict is verdict


def listing_what_is_said(writer: IncrementalPdfFileWriter) -> None:
    """A list where readers look for the words of a note: some show nothing."""
    held = first_page(writer).get_object()["/Annots"]
    notes = (held[n] for n in range(len(held)))
    said = next(one for one in notes if one["/Subtype"] == "/Text")
    said["/Contents"] = ArrayObject([said.raw_get("/Contents")])
    writer.update_container(said)


def test_a_list_of_words_is_not_the_words(office: Office, check: Verifier) -> None:
    signed = office.sign(update(blank_pdf(), noted))
    assert check(signed).acceptable
    assert check(update(signed, listing_what_is_said)).verdict is Verdict.FAILED


def silent_beside_the_paragraph(writer: IncrementalPdfFileWriter) -> None:
    document = writer.root["/StructTreeRoot"]["/K"]
    document["/K"].append(writer.add_object(named(Type=name("StructElem"), S=name("Div"))))
    writer.mark_update(document.container_ref)


def saying_otherwise_too(writer: IncrementalPdfFileWriter) -> None:
    silent_beside_the_paragraph(writer)
    paragraph = writer.root["/StructTreeRoot"]["/K"]["/K"][0]
    paragraph["/Alt"] = string("Mille")
    writer.mark_update(paragraph.container_ref)


def test_an_element_that_says_nothing_is_not_called_an_alteration(
    office: Office, check: Verifier
) -> None:
    signed = office.sign(update(blank_pdf(), tagged))
    assert check(update(signed, silent_beside_the_paragraph)).verdict is Verdict.INDETERMINATE
    assert check(update(signed, saying_otherwise_too)).verdict is Verdict.FAILED
