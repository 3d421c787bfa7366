"""What a second signer's program writes again as it can: sizes with fewer digits, encrypted documents."""

from io import BytesIO

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from communaute.domain.signatures.vocabulary import Modification, Verdict
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.edits import replace_text, update
from tests.signatures.test_honest_changes import Change, first_page, name, named, setting
from tests.signatures.test_limits import locked


A4 = (0, 0, "595.303937007874", "841.889763779528")


def floats(*given: object) -> generic.ArrayObject:
    return generic.ArrayObject(generic.FloatObject(str(one)) for one in given)


def sized(*given: object) -> Change:
    return setting("page", "/MediaBox", floats(*given))


def blended(alpha: str) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = first_page(writer)
        state = named(GS=named(ca=generic.FloatObject(alpha)))
        page.get_object()["/Resources"][name("/ExtGState")] = state
        writer.mark_update(page.reference)
        writer.update_container(page.get_object()["/Resources"])

    return change


# LibreOffice writes twelve digits; poppler keeps ten, podofo six after the point, others five in all.
@pytest.mark.parametrize("width", ["595.3039370079", "595.303937", "595.30394", "595.304"])
def test_a_size_written_with_fewer_digits_is_the_same(
    width: str, office: Office, check: Verifier
) -> None:
    signed = office.sign(update(blank_pdf(), sized(*A4)))
    report = check(office.sign(update(signed, sized(0, 0, width, A4[3])), field="Second"))
    assert report.verdict is Verdict.PASSED
    first = report.signatures[0].facts.revision
    assert first is not None
    assert first.modification is Modification.FORM_FILLING


@pytest.mark.parametrize("width", ["595.31", "595", "594.304", "-595.304"])
def test_another_size_is_seen(width: str, office: Office, check: Verifier) -> None:
    signed = office.sign(update(blank_pdf(), sized(*A4)))
    assert check(update(signed, sized(0, 0, width, A4[3]))).verdict is Verdict.FAILED


def test_another_number_with_fewer_digits_is_neither_accepted_nor_red(
    office: Office, check: Verifier
) -> None:
    """What is drawn may multiply it: a letter of a font that is a thousandth of it, for instance."""
    signed = office.sign(update(blank_pdf(), blended("0.333333333")))
    fewer = check(update(signed, blended("0.33333")))
    assert fewer.verdict is Verdict.INDETERMINATE
    assert not fewer.acceptable
    assert check(update(signed, blended("0.3334"))).verdict is Verdict.FAILED


def signed_again(document: bytes, office: Office, field: str) -> bytes:
    """Sign an encrypted document; the room for the value is no multiple of a block of AES."""
    writer = IncrementalPdfFileWriter(BytesIO(document))
    writer.encrypt("")
    output = BytesIO()
    meta = PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES)
    PdfSigner(meta, signer=office.signer("signer")).sign_pdf(
        writer, output=output, bytes_reserved=16_386
    )
    return output.getvalue()


def test_an_encrypted_document_may_be_signed_by_several(office: Office, check: Verifier) -> None:
    """Anybody can open it; the value of a signature is not encrypted (ISO 32000-1, 7.6.1)."""
    twice = signed_again(signed_again(locked(""), office, "First"), office, "Second")
    report = check(twice)
    assert report.verdict is Verdict.PASSED
    assert [one.facts.revision.modification for one in report.signatures if one.facts.revision] == [
        Modification.FORM_FILLING,
        Modification.NONE,
    ]
    writer = IncrementalPdfFileWriter(BytesIO(twice))
    writer.encrypt("")
    replace_text(writer)
    output = BytesIO()
    writer.write(output)
    assert check(output.getvalue()).verdict is Verdict.FAILED
