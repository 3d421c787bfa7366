"""What programs were seen to add to a signed PDF, and what passes for it."""

from io import BytesIO

import pytest
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from communaute.domain.signatures.museum.authorities import Authorities, invent
from communaute.domain.signatures.museum.honest_pdf import in_its_field
from communaute.domain.signatures.museum.pdf_pieces import blank, sign
from communaute.domain.signatures.trust.store import LoadedTrust, load_trust
from communaute.domain.signatures.verify import verify
from communaute.domain.signatures.vocabulary import Format, Integrity, Modification, Verdict
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.edits import fill_field, replace_text, update


name = generic.pdf_name


def named(**entries: generic.PdfObject) -> generic.DictionaryObject:
    return generic.DictionaryObject({name(f"/{key}"): value for key, value in entries.items()})


def page_of(writer: IncrementalPdfFileWriter) -> generic.IndirectObject:
    page: generic.IndirectObject = writer.root["/Pages"]["/Kids"].raw_get(0)
    return page


@pytest.fixture(scope="module")
def people() -> Authorities:
    return invent()


@pytest.fixture(scope="module")
def trust_in(people: Authorities, tmp_path_factory: pytest.TempPathFactory) -> LoadedTrust:
    return load_trust(people.write_trust(tmp_path_factory.mktemp("trust")))


# Several signers in one field, and a signature in its field.


def test_two_signers_of_one_field_are_judged_alone(
    people: Authorities, trust_in: LoadedTrust
) -> None:
    document = in_its_field(people, (people.signer, people.second))
    first, second = verify(document, trust=trust_in).signatures
    assert [one.facts.name for one in (first, second)] == ["Signature1 (1)", "Signature1 (2)"]
    assert first.facts.certificate != second.facts.certificate
    assert {one.facts.format for one in (first, second)} == {Format.PKCS7}
    altered = verify(document.replace(b"cent euros", b"neuf euros"), trust=trust_in)
    assert {one.verdict for one in altered.signatures} == {Verdict.FAILED}


def test_a_signature_in_its_field_covers_what_another_would(
    people: Authorities, trust_in: LoadedTrust
) -> None:
    document = in_its_field(people)
    assert verify(document, trust=trust_in).verdict is Verdict.PASSED
    assert verify(update(document, replace_text), trust=trust_in).verdict is Verdict.FAILED
    shown = document.replace(b"cent euros", b"neuf euros")
    assert verify(shown, trust=trust_in).verdict is Verdict.FAILED

    def again(writer: IncrementalPdfFileWriter) -> None:
        """The field is written anew, with its signature: what covers it is another state."""
        replace_text(writer)
        writer.mark_update(writer.root["/AcroForm"]["/Fields"].raw_get(0).reference)

    assert verify(update(document, again), trust=trust_in).verdict is not Verdict.PASSED


# A signature on a page that no form lists.


def test_a_signature_that_no_form_lists_is_read(people: Authorities, trust_in: LoadedTrust) -> None:
    alone = in_its_field(people, listed=False)
    (found,) = verify(alone, trust=trust_in).signatures
    assert (found.verdict, found.facts.name) == (Verdict.PASSED, "Signature1")
    altered = verify(alone.replace(b"cent euros", b"neuf euros"), trust=trust_in)
    assert altered.verdict is Verdict.FAILED
    assert verify(update(alone, replace_text), trust=trust_in).verdict is Verdict.FAILED


def test_beside_another_it_is_a_signature_like_any(
    people: Authorities, trust_in: LoadedTrust
) -> None:
    first = sign(blank(), people, people.second, "Avant")
    both = in_its_field(people, (people.signer,), first, listed=False)
    assert [one.verdict for one in verify(both, trust=trust_in).signatures] == [Verdict.PASSED] * 2
    assert verify(with_false_value(both), trust=trust_in).verdict is Verdict.FAILED


def with_false_value(document: bytes) -> bytes:
    """Change the value of the last signature."""
    start = document.rindex(b"/Contents <") + len(b"/Contents <")
    digits = document[start : document.index(b">", start)]
    (signer,) = cms.ContentInfo.load(bytes.fromhex(digits.decode()))["content"]["signer_infos"]
    value = signer["signature"].native.hex().encode()
    return document[:start] + document[start:].replace(value, value[::-1], 1)


# What a later program leaves in the catalogue and on the pages.


def test_an_outline_of_something_is_seen(office: Office, check: Verifier) -> None:
    def outlined(writer: IncrementalPdfFileWriter) -> None:
        entry = writer.add_object(named(Title=generic.pdf_string("Mille euros")))
        writer.root["/Outlines"] = writer.add_object(
            named(First=entry, Last=entry, Count=generic.NumberObject(1))
        )
        writer.update_root()

    assert check(update(office.sign(blank_pdf()), outlined)).verdict is Verdict.FAILED


def test_a_name_for_a_script_is_seen(office: Office, check: Verifier) -> None:
    def scripted(writer: IncrementalPdfFileWriter) -> None:
        script = named(S=name("/JavaScript"), JS=generic.pdf_string("app.alert(1)"))
        listed = generic.ArrayObject([generic.pdf_string("a"), script])
        writer.root["/Names"] = named(JavaScript=named(Names=listed))
        writer.update_root()

    assert check(update(office.sign(blank_pdf()), scripted)).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    ("space", "verdict"),
    [
        (name("/DeviceRGB"), Verdict.INDETERMINATE),
        (generic.ArrayObject([name("/Separation"), name("/Blanc")]), Verdict.FAILED),
    ],
)
def test_a_group_given_to_a_page(
    space: generic.PdfObject, verdict: Verdict, office: Office, check: Verifier
) -> None:
    def grouped(writer: IncrementalPdfFileWriter) -> None:
        page = page_of(writer)
        page.get_object()["/Group"] = named(S=name("/Transparency"), CS=space)
        writer.mark_update(page.reference)

    (found,) = check(update(office.sign(blank_pdf()), grouped)).signatures
    assert found.verdict is verdict
    assert found.facts.integrity is Integrity.INTACT


def add_resource(
    writer: IncrementalPdfFileWriter, called: str, text: bytes = b"Mille euros"
) -> None:
    form = generic.StreamObject(stream_data=b"BT /F1 20 Tf 60 650 Td (" + text + b") Tj ET")
    form["/Subtype"] = name("/Form")
    form["/BBox"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 800)))
    page = page_of(writer)
    resources = page.get_object()["/Resources"]
    resources["/XObject"] = resources.get("/XObject", generic.DictionaryObject())
    resources["/XObject"][name(called)] = writer.add_object(form)
    writer.mark_update(page.reference)


def calling(called: bytes) -> bytes:
    """A page that calls a picture it does not have, and has another."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        add_resource(writer, "/Autre")
        content = b"BT /F1 20 Tf 60 700 Td (Contrat) Tj ET " + called + b" Do"
        page = page_of(writer)
        page.get_object()["/Contents"] = writer.add_object(
            generic.StreamObject(stream_data=content)
        )
        writer.mark_update(page.reference)

    return update(blank_pdf(), change)


@pytest.mark.parametrize(
    ("called", "verdict"),
    [
        (b"", Verdict.INDETERMINATE),
        (b"/FRMX", Verdict.INDETERMINATE),
        (b"/FRM", Verdict.FAILED),
        (b"/F#52M", Verdict.FAILED),
    ],
)
def test_a_resource_that_nothing_calls_is_not_seen(
    called: bytes, verdict: Verdict, office: Office, check: Verifier
) -> None:
    """iText 5 adds one to resources that a page and a form share; a forger, one that was missing."""
    signed = office.sign(calling(called))
    report = check(update(signed, lambda writer: add_resource(writer, "/FRM")))
    assert report.verdict is verdict


def test_a_resource_that_is_replaced_is_seen(office: Office, check: Verifier) -> None:
    signed = office.sign(calling(b"/Autre"))
    replaced = update(signed, lambda writer: add_resource(writer, "/Autre", b"Deux mille"))
    assert check(replaced).verdict is Verdict.FAILED


# A description that iText 5 packs and does not say so.

_XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    b'syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="%s"/>'
    b"</rdf:RDF></x:xmpmeta>"
)


def described(writer: IncrementalPdfFileWriter) -> None:
    stream = generic.StreamObject(stream_data=_XMP % b"Contrat")
    stream.compress()
    stream["/Type"], stream["/Subtype"] = name("/Metadata"), name("/XML")
    writer.root["/Metadata"] = writer.add_object(stream)
    writer.update_root()


def with_stream(
    document: bytes, number: int, raw: bytes, kind: str = "/Type/Metadata/Subtype/XML"
) -> bytes:
    """Write a stream of metadata anew, by hand: pyHanko would write its own."""
    before = int(document[document.rindex(b"startxref") :].split()[1])
    root = PdfFileReader(BytesIO(document)).trailer.raw_get("/Root").idnum
    start = len(document) + 1
    body = f"{number} 0 obj\n<<{kind}/Length {len(raw)}>>stream\n".encode()
    body += raw + b"\nendstream\nendobj\n"
    table = start + len(body)
    return (
        document
        + b"\n"
        + body
        + f"xref\n0 1\n0000000000 65535 f \n{number} 1\n{start:010} 00000 n \n".encode()
        + f"trailer\n<< /Size 99 /Root {root} 0 R /Prev {before} >>\n".encode()
        + f"startxref\n{table}\n%%EOF\n".encode()
    )


@pytest.mark.parametrize(
    ("other", "change"),
    [(None, Modification.ARCHIVAL), (b"Autre", Modification.UNKNOWN), (b"<", Modification.OTHER)],
)
def test_a_description_that_lost_its_filter(
    other: bytes | None, change: Modification, office: Office, check: Verifier
) -> None:
    signed = office.sign(update(blank_pdf(), described))
    reader = PdfFileReader(BytesIO(signed))
    place, stream = reader.root.raw_get("/Metadata"), reader.root["/Metadata"]
    raw = stream.encoded_data if other is None else _XMP % other
    (found,) = check(with_stream(signed, place.idnum, raw)).signatures
    assert found.facts.revision is not None
    assert found.facts.revision.modification is change


def test_what_fills_a_form_still_does(office: Office, check: Verifier) -> None:
    """The same document, filled in, moves by none of this."""
    filled = check(update(office.sign(blank_pdf()), fill_field))
    assert filled.verdict is Verdict.PASSED
    assert BytesIO(office.sign(blank_pdf())).read(5) == b"%PDF-"


# A row of a table that cannot be read: programs that repair files look for the objects themselves.


@pytest.mark.parametrize(
    "row", [b"00000%05d0 00000 n", b"000000000000 0000 n", b"x00000%05d 00000 n"]
)
def test_an_object_that_no_table_names_is_not_overlooked(
    row: bytes, office: Office, check: Verifier
) -> None:
    signed = office.sign(blank_pdf())
    number = PdfFileReader(BytesIO(signed)).root["/Pages"]["/Kids"][0].raw_get("/Contents").idnum
    forged = with_stream(signed, number, b"BT /F1 20 Tf 60 700 Td (Mille euros) Tj ET")
    at = len(signed) + 1
    assert check(forged).verdict is Verdict.FAILED
    damaged = row % at if b"%" in row else row
    changed = forged.replace(f"{at:010} 00000 n".encode(), damaged)
    assert changed != forged
    assert check(changed).verdict is not Verdict.PASSED


def test_of_several_objects_the_last_of_the_file_is_the_one_read(
    office: Office, check: Verifier
) -> None:
    """A second table leads back to an object that stands before the one that replaced it."""
    signed = office.sign(blank_pdf())
    reader = PdfFileReader(BytesIO(signed))
    number = reader.root["/Pages"]["/Kids"][0].raw_get("/Contents").idnum
    honest = reader.get_object(generic.Reference(number, 0, reader)).data
    first = with_stream(signed, number, honest, "")
    back = f"{len(signed) + 1:010} 00000 n".encode()
    forged = with_stream(first, number, b"BT (Mille euros) Tj ET")
    third = with_stream(forged, number, honest, "")
    table = third.rindex(b"xref\n0 1")
    at = f"{len(forged) + 1:010} 00000 n".encode()
    led_back = third[:table] + third[table:].replace(at, back)
    led_back = led_back.replace(third[len(forged) + 1 : table], b" " * (table - len(forged) - 1))
    assert check(first).verdict is Verdict.PASSED
    assert check(led_back).verdict is not Verdict.PASSED
