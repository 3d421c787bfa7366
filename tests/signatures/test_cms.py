"""CMS signatures: attached, detached, several signers, every wrapping people send."""

import asyncio
import base64
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from asn1crypto import cms, pem

from communaute.domain.signatures.detect import cms_bytes, kind_of
from communaute.domain.signatures.report import from_wire, to_wire
from communaute.domain.signatures.vocabulary import (
    Answer,
    Error,
    Format,
    Kind,
    Level,
    SubIndication,
    Verdict,
)
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.edits import replace_text, update
from tests.signatures.pki import NOW


TEXT = b"Contrat de cent euros\n" * 10


@pytest.fixture(scope="module")
def attached(office: Office) -> bytes:
    return asyncio.run(office.cms(TEXT))


@pytest.fixture(scope="module")
def detached(office: Office) -> bytes:
    return asyncio.run(office.cms(TEXT, detached=True))


def both(first: bytes, second: bytes) -> bytes:
    """One CMS with the signers of two."""
    one, two = cms.ContentInfo.load(first), cms.ContentInfo.load(second)
    data, other = one["content"], two["content"]
    data["certificates"] = [c.chosen for d in (data, other) for c in d["certificates"]]
    data["signer_infos"] = [*data["signer_infos"], *other["signer_infos"]]
    der: bytes = one.dump()
    return der


def test_an_attached_signature_passes(attached: bytes, check: Verifier) -> None:
    report = check(attached)
    assert (report.kind, report.verdict) == (Kind.CMS, Verdict.PASSED)
    assert report.signatures[0].facts.format is Format.CADES
    assert report.signatures[0].facts.level is Level.B_B
    assert report.acceptable


def test_a_time_stamp_makes_it_b_t(office: Office, check: Verifier) -> None:
    at = NOW - timedelta(hours=1)
    facts = check(asyncio.run(office.cms(TEXT, at=at))).signatures[0].facts
    assert (facts.level, facts.proven_at) == (Level.B_T, at)


def test_a_detached_signature_needs_its_document(detached: bytes, check: Verifier) -> None:
    alone = check(detached)
    assert alone.sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND
    assert check(TEXT, detached).verdict is Verdict.PASSED
    assert check(TEXT + b" ", detached).sub_indication is SubIndication.HASH_FAILURE


def test_the_two_files_may_come_in_either_order(detached: bytes, check: Verifier) -> None:
    right, swapped = check(TEXT, detached), check(detached, TEXT)
    assert swapped.verdict is Verdict.PASSED
    assert swapped.sha256 == right.sha256


def test_an_attached_signature_given_with_another_document_is_refused(
    attached: bytes, check: Verifier
) -> None:
    assert check(TEXT, attached).verdict is Verdict.PASSED
    assert check(b"autre chose", attached).sub_indication is SubIndication.HASH_FAILURE


def test_each_signer_has_a_verdict(office: Office, attached: bytes, check: Verifier) -> None:
    stranger = asyncio.run(office.cms(TEXT, "stranger"))
    report = check(both(attached, stranger))
    assert {s.verdict for s in report.signatures} == {Verdict.PASSED, Verdict.INDETERMINATE}
    assert report.verdict is Verdict.INDETERMINATE
    assert not report.acceptable


def test_altered_content_is_refused(attached: bytes, check: Verifier) -> None:
    report = check(attached.replace(b"cent euros", b"cinq euros"[:10]))
    assert report.sub_indication is SubIndication.HASH_FAILURE


def test_an_altered_value_is_refused(attached: bytes, check: Verifier) -> None:
    value = cms.ContentInfo.load(attached)["content"]["signer_infos"][0]["signature"].native
    broken = value[:-1] + bytes([value[-1] ^ 1])
    report = check(attached.replace(value, broken))
    assert report.sub_indication is SubIndication.SIG_CRYPTO_FAILURE
    assert report.verdict is Verdict.FAILED


def test_every_usual_wrapping_is_undone(attached: bytes) -> None:
    encoded = base64.encodebytes(attached)
    mail = b"Content-Type: application/pkcs7-mime;\r\n smime-type=signed-data\r\n"
    wrapped = (
        pem.armor("PKCS7", attached),
        pem.armor("CMS", attached),
        encoded,
        base64.b64encode(attached),
        mail + b"\r\n" + encoded.replace(b"\n", b"\r\n"),
    )
    for one in wrapped:
        assert cms_bytes(one) == attached
        assert kind_of(one) is Kind.CMS


@pytest.mark.parametrize(
    "hide",
    [
        lambda signed: signed + b"PK\x03\x04 a document that other programs open",
        lambda signed: b"Je dois mille euros.\n" + pem.armor("PKCS7", signed),
        lambda signed: pem.armor("PKCS7", signed) + b"Je dois mille euros.",
        lambda signed: pem.armor("PKCS7", signed) + pem.armor("PKCS7", signed[:-1]),
        lambda signed: pem.armor("CMS", signed + b"more"),
        lambda signed: base64.b64encode(signed + b"more"),
    ],
)
def test_what_stands_beside_a_signature_is_not_signed(
    attached: bytes, check: Verifier, hide: Callable[[bytes], bytes]
) -> None:
    report = check(hide(attached))
    assert (report.verdict, report.acceptable) == (Verdict.INDETERMINATE, False)
    signature = report.signatures[0]
    assert "autre chose" in signature.summary[-1]
    assert signature.points[-1].answer is Answer.UNDETERMINED


@pytest.mark.parametrize("end", [b"\n", b"\r\n\r\n", b"\x00" * 16])
def test_the_blanks_that_mail_programs_add_change_nothing(
    attached: bytes, check: Verifier, end: bytes
) -> None:
    assert check(attached + end).verdict is Verdict.PASSED
    assert check(b"\xef\xbb\xbf" + pem.armor("PKCS7", attached) + end).acceptable


@pytest.mark.parametrize("second", [b"", b"   ", b"%PDF-1.7 not a signature", b"\x89PNG\r\n"])
def test_a_second_file_that_is_no_signature_is_told_as_such(
    attached: bytes, check: Verifier, second: bytes
) -> None:
    report = check(TEXT, second)
    assert (report.verdict, report.error) == (None, Error.UNREADABLE)
    assert "Le fichier de signature joint n’en est pas un" in report.explanation


def test_an_archive_is_to_be_opened_first(attached: bytes, check: Verifier) -> None:
    archive = BytesIO()
    with ZipFile(archive, "w") as opened:
        opened.writestr("contrat.p7m", attached)
    report = check(archive.getvalue())
    assert report.error is Error.NO_SIGNATURE
    assert "Sortez-en le document signé" in report.explanation


def test_a_time_stamp_token_alone_is_nobodys_signature(office: Office, check: Verifier) -> None:
    signed = asyncio.run(office.cms(TEXT, at=NOW))
    (signer,) = cms.ContentInfo.load(signed)["content"]["signer_infos"]
    token = signer["unsigned_attrs"][0]["values"][0].dump()
    assert check(token).error is Error.UNSUPPORTED


def test_sha1_is_not_relied_upon(office: Office, check: Verifier) -> None:
    report = check(asyncio.run(office.cms(TEXT, digest="sha1")))
    assert report.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE


def test_a_signed_document_in_a_cms_is_verified_in_its_turn(
    office: Office, check: Verifier
) -> None:
    signed = office.sign(blank_pdf())
    report = check(asyncio.run(office.cms(signed)))
    assert (report.verdict, report.acceptable) == (Verdict.PASSED, True)
    assert report.inside is not None
    assert (report.inside.kind, report.inside.verdict) == (Kind.PDF, Verdict.PASSED)
    altered = check(asyncio.run(office.cms(update(signed, replace_text))))
    assert altered.inside is not None
    assert (altered.verdict, altered.inside.verdict) == (Verdict.PASSED, Verdict.FAILED)
    assert not altered.acceptable


def test_what_a_cms_holds_is_looked_into_once(office: Office, check: Verifier) -> None:
    """Nothing signed inside, nothing said; and no envelope of an envelope of an envelope."""
    assert check(asyncio.run(office.cms(blank_pdf()))).inside is None
    again = check(asyncio.run(office.cms(asyncio.run(office.cms(asyncio.run(office.cms(TEXT)))))))
    assert again.inside is not None
    assert again.inside.inside is None
    detached = asyncio.run(office.cms(office.sign(blank_pdf()), detached=True))
    assert check(office.sign(blank_pdf()), detached).inside is None


def test_a_report_with_another_inside_travels(office: Office, check: Verifier) -> None:
    report = check(asyncio.run(office.cms(office.sign(blank_pdf()))))
    assert from_wire(to_wire(report)) == report
