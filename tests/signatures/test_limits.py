"""Every limit has its answer, and no file, however broken, stops the verification."""

import zlib
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from communaute.domain.signatures.facts import Limits
from communaute.domain.signatures.judging import no_verdict
from communaute.domain.signatures.trust.store import LoadedTrust
from communaute.domain.signatures.verify import verify
from communaute.domain.signatures.vocabulary import Error, Kind, Level, Verdict
from communaute.french.typography import typeset
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.pki import NOW


PLAIN = blank_pdf()


def locked(password: str) -> bytes:
    """The blank document, encrypted for whoever knows `password`."""
    writer = copy_into_new_writer(PdfFileReader(BytesIO(PLAIN)))
    writer.encrypt(owner_pass="owner", user_pass=password)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def zipped(*names: str) -> bytes:
    """An archive whose files hold nothing."""
    output = BytesIO()
    with ZipFile(output, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return output.getvalue()


NO_VERDICT = {
    "nothing": (b"", Error.UNREADABLE),
    "blanks": (b" \n ", Error.UNREADABLE),
    "a text": (b"Contrat de cent euros", Error.NO_SIGNATURE),
    "an image": (b"\x89PNG\r\n\x1a\n" + bytes(100), Error.NO_SIGNATURE),
    "an unsigned document": (PLAIN, Error.NO_SIGNATURE),
    "only a header": (b"%PDF-1.7\n", Error.UNREADABLE),
    "half a document": (PLAIN[: len(PLAIN) // 2], Error.UNREADABLE),
    "a table that points at itself": (
        b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 /Prev 9 >>\n"
        b"startxref\n9\n%%EOF\n",
        Error.UNREADABLE,
    ),
    "a hundred thousand nested lists": (
        PLAIN.replace(b"/MediaBox", b"/Deep " + b"[" * 100_000 + b"]" * 100_000 + b" /MediaBox"),
        Error.UNREADABLE,
    ),
    "XML that could be signed": (
        b'<a xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>',
        Error.NO_SIGNATURE,
    ),
    "unsigned XML": (b"<a/>", Error.NO_SIGNATURE),
    "a signed office document": (
        zipped("word/document.xml", "_xmlsignatures/sig1.xml"),
        Error.UNSUPPORTED,
    ),
    "an office document": (zipped("word/document.xml"), Error.NO_SIGNATURE),
    "an archive": (zipped("contrat.pdf", "META-INF/MANIFEST.MF"), Error.NO_SIGNATURE),
    "a cut archive": (zipped("contrat.pdf")[:40], Error.NO_SIGNATURE),
}


@pytest.mark.parametrize("case", NO_VERDICT)
def test_what_holds_no_signature_has_an_error_and_a_sentence(case: str, check: Verifier) -> None:
    content, error = NO_VERDICT[case]
    report = check(content)
    assert (report.verdict, report.error) == (None, error)
    named = {"an archive": no_verdict.ARCHIVE, "a signed office document": no_verdict.OFFICE}
    said = named.get(case, no_verdict.ERRORS[error])
    assert report.explanation == typeset(said)
    assert not report.acceptable


def test_a_document_over_the_size_is_not_opened(office: Office, trust: LoadedTrust) -> None:
    signed = office.sign(PLAIN)
    report = verify(signed, trust=trust, limits=Limits(document_bytes=len(signed) - 1))
    assert report.error is Error.TOO_LARGE


def test_too_many_signatures_are_not_verified(office: Office, trust: LoadedTrust) -> None:
    document = PLAIN
    for number in range(3):
        document = office.sign(document, field=f"Field{number}")
    assert verify(document, trust=trust, limits=Limits(signatures=3)).verdict is Verdict.PASSED
    report = verify(document, trust=trust, limits=Limits(signatures=2))
    assert report.error is Error.TOO_MANY_SIGNATURES


def test_sixty_signatures_are_not_verified_and_thirty_are(office: Office, check: Verifier) -> None:
    document = PLAIN
    for number in range(60):
        document = office.sign(document, "ec", field=f"Field{number}")
        if number == 29:
            assert len(check(document).signatures) == 30
    report = check(document)
    assert report.error is Error.TOO_MANY_SIGNATURES
    assert "30 signatures" in report.explanation


def test_a_document_locked_by_a_password_says_so(check: Verifier) -> None:
    assert check(locked("secret")).error is Error.ENCRYPTED


def test_a_document_anybody_can_open_is_verified_though_encrypted(
    office: Office, check: Verifier
) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(locked("")))
    writer.encrypt("")
    assert check(locked("")).error is Error.NO_SIGNATURE
    assert check(office.sign_with(writer)).verdict is Verdict.PASSED


def test_a_bomb_among_the_proofs_is_left_out(office: Office, check: Verifier) -> None:
    lists = office.add_revocation(office.sign(PLAIN, at=NOW), NOW)
    bomb = zlib.compress(zlib.compress(bytes(300_000_000)))
    bombed = office.add_proof(office.sign(PLAIN, at=NOW), bomb)
    assert check(lists).signatures[0].facts.level is Level.B_LT
    report = check(bombed)
    assert report.verdict is Verdict.PASSED
    assert report.signatures[0].facts.level is Level.B_T


HEADS = [b"", b"%PDF-1.7\n", b"0\x82\x01\x00", b"PK\x03\x04"]


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=300), head=st.sampled_from(HEADS))
def test_no_content_makes_the_verification_fail(
    content: bytes, head: bytes, trust: LoadedTrust
) -> None:
    report = verify(head + content, trust=trust)
    assert report.error is not None
    assert report.kind in set(Kind)
