"""What signing programs were seen to write: nothing of it is called false, nothing passes with it."""

from collections.abc import Callable

import pytest
from asn1crypto import cms, core, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from communaute.domain.signatures.cms.lines import MOST_BYTES, as_a_text, ended_otherwise
from communaute.domain.signatures.der import may_be_attributes, tagged
from communaute.domain.signatures.detect import Digests, digest
from communaute.domain.signatures.museum.authorities import Authorities, invent
from communaute.domain.signatures.museum.cms_pieces import sign_cms
from communaute.domain.signatures.museum.honest_cms import spoilt
from communaute.domain.signatures.museum.pdf_pieces import blank, sign
from communaute.domain.signatures.report import DocumentReport
from communaute.domain.signatures.trust.store import LoadedTrust, load_trust
from communaute.domain.signatures.verify import verify
from communaute.domain.signatures.vocabulary import (
    Answer,
    Criterion,
    Integrity,
    Kind,
    SubIndication,
    Verdict,
)
from tests.signatures.documents import edit_cms


TEXT = b"Contrat\nde cent euros\n"
CRLF = TEXT.replace(b"\n", b"\r\n")


@pytest.fixture(scope="module")
def people() -> Authorities:
    return invent()


@pytest.fixture(scope="module")
def trust(people: Authorities, tmp_path_factory: pytest.TempPathFactory) -> LoadedTrust:
    return load_trust(people.write_trust(tmp_path_factory.mktemp("trust")))


Check = Callable[..., DocumentReport]


@pytest.fixture(scope="module")
def check(trust: LoadedTrust) -> Check:
    def run(document: bytes | Digests, detached: bytes | None = None) -> DocumentReport:
        return verify(document, detached=detached, trust=trust)

    return run


def integrity(report: DocumentReport) -> Answer:
    (found,) = report.signatures
    return next(one.answer for one in found.points if one.criterion is Criterion.INTEGRITY)


# The name of the signer's authority, whose accents node-forge writes twice.


def test_an_authority_whose_accents_are_spoilt_is_found(people: Authorities, check: Check) -> None:
    made = sign(blank(), people, people.signer, "Signature1")
    for document in (
        edit_cms(made, spoilt),
        _edited(sign_cms(people, TEXT, people.signer, detached=False), spoilt),
    ):
        (found,) = check(document).signatures
        assert found.verdict is Verdict.PASSED
        assert found.facts.certificate is not None
        assert found.facts.certificate.holder == "Camille Musée"


def test_a_spoilt_name_opens_to_no_other_certificate(people: Authorities, check: Check) -> None:
    """Neither another number, nor another name, nor the certificate of another key."""

    def of_another_number(data: cms.SignedData) -> None:
        spoilt(data)
        data["signer_infos"][0]["sid"].chosen["serial_number"] = 12

    def of_another_name(data: cms.SignedData) -> None:
        name = x509.Name.build({"country_name": "FR", "common_name": "Autre"})
        data["signer_infos"][0]["sid"].chosen["issuer"] = name

    def of_another_key(data: cms.SignedData) -> None:
        (signer,) = data["signer_infos"]
        other = x509.Certificate.load(people.second.der)
        data["certificates"] = [other]
        signer["sid"].chosen["serial_number"] = other.serial_number
        spoilt(data)

    attached = sign_cms(people, TEXT, people.signer, detached=False)
    for change in (of_another_number, of_another_name, of_another_key):
        report = check(_edited(attached, change))
        assert report.sub_indication is SubIndication.NO_SIGNING_CERTIFICATE_FOUND
        assert report.signatures[0].facts.integrity is not Integrity.INTACT


def test_a_pdf_without_the_certificate_of_its_signer_says_so(
    people: Authorities, check: Check
) -> None:
    def without(data: cms.SignedData) -> None:
        data["certificates"] = [x509.Certificate.load(people.authority.der)]

    report = check(edit_cms(sign(blank(), people, people.signer, "Signature1"), without))
    assert report.verdict is Verdict.INDETERMINATE
    assert report.sub_indication is SubIndication.NO_SIGNING_CERTIFICATE_FOUND


# A key that RFC 4055 has used with PSS alone, under the label of any RSA key: OpenSSL does so.


def test_a_key_for_pss_under_another_label_is_not_called_false(
    people: Authorities, check: Check
) -> None:
    def labelled(data: cms.SignedData) -> None:
        found = next(
            one.chosen for one in data["certificates"] if one.chosen.dump() == people.signer.der
        )
        for_pss = found.copy()
        for_pss["tbs_certificate"]["subject_public_key_info"]["algorithm"] = {
            "algorithm": "rsassa_pss"
        }
        data["certificates"] = [for_pss]

    report = check(_edited(sign_cms(people, TEXT, people.signer, detached=False), labelled))
    (found,) = report.signatures
    assert found.facts.integrity is Integrity.UNKNOWN
    assert report.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE


# Lines ended otherwise than they were signed.


@pytest.mark.parametrize("signed", [TEXT, CRLF, b"Content-Type: text/plain\r\n\r\n" + CRLF])
@pytest.mark.parametrize("received", [TEXT, CRLF])
def test_lines_ended_otherwise_are_said_and_not_called_false(
    signed: bytes, received: bytes, people: Authorities, check: Check
) -> None:
    report = check(received, sign_cms(people, signed, people.signer, detached=True))
    (found,) = report.signatures
    if signed == received:
        assert report.verdict is Verdict.PASSED
        return
    assert report.verdict is Verdict.INDETERMINATE
    assert "line_ends" in found.facts.faults
    assert integrity(report) is Answer.UNDETERMINED
    point = next(one for one in found.points if one.criterion is Criterion.INTEGRITY)
    assert "fins de ligne" in point.evidence
    assert not report.acceptable


def test_another_text_or_what_is_no_text_is_altered(people: Authorities, check: Check) -> None:
    for signed, received in (
        (TEXT, b"Contrat\r\nde mille euros\r\n"),
        (TEXT, b"Contrat de cent euros\r\n"),
        (b"\0" + TEXT, b"\0" + CRLF),
        (b"\xff" + TEXT, b"\xff" + CRLF),
        (b"%PDF-1.4\n" + TEXT, b"%PDF-1.4\r\n" + CRLF),
    ):
        report = check(received, sign_cms(people, signed, people.signer, detached=True))
        assert report.sub_indication is SubIndication.HASH_FAILURE


def test_each_other_way_is_tried_once() -> None:
    assert CRLF in set(ended_otherwise(TEXT))
    assert TEXT in set(ended_otherwise(CRLF))
    assert TEXT not in set(ended_otherwise(TEXT))
    assert list(ended_otherwise(b"\0")) == []
    assert list(ended_otherwise(b"\n" * (MOST_BYTES + 1))) == []


# What OpenSSL signs of a file that is no text, when it is not told -binary.

_READ_AS_TEXT = [
    (b"%PDF-1.4\n1 0 obj\n", b"%PDF-1.4\r\n1 0 obj\r\n"),
    (b"a\0lost\nb\n", b"ab\r\n"),
    (b"a\n\0lost\nlost too\n", b"a\r\n"),
    (b"a\r\0\nb", b"ab"),
    (b"\xe9\r\r\n", b"\xe9\r\n"),
    (b"x" * 1022 + b"\r" + b"y\n", b"x" * 1022 + b"y\r\n"),
    (b"\0lost", None),
    (b"", None),
]


@pytest.mark.parametrize(("document", "signed"), _READ_AS_TEXT)
def test_what_is_read_as_a_text(document: bytes, signed: bytes | None) -> None:
    assert as_a_text(document) == signed


def test_a_file_signed_as_a_text_is_not_called_altered(people: Authorities, check: Check) -> None:
    document = blank() + b"\0\n of a picture\n"
    signed = as_a_text(document)
    assert signed is not None
    detached = sign_cms(people, signed, people.signer, detached=True)
    report = check(document, detached)
    assert report.verdict is Verdict.INDETERMINATE
    assert report.signatures[0].facts.faults == ("signed_as_text",)
    assert integrity(report) is Answer.UNDETERMINED
    assert not report.acceptable
    # Another document is altered, as before.
    other = check(document.replace(b"cent", b"deux"), detached)
    assert other.sub_indication is SubIndication.HASH_FAILURE


# A signature without signed attributes.


def bare(people: Authorities, content: bytes, value: bytes, kind: str = "data") -> bytes:
    """A CMS whose one signer has no attributes."""

    def strip(data: cms.SignedData) -> None:
        (signer,) = data["signer_infos"]
        kept = ("version", "sid", "digest_algorithm", "signature_algorithm")
        data["signer_infos"] = [
            cms.SignerInfo({name: signer[name] for name in kept} | {"signature": value})
        ]
        data["encap_content_info"] = {"content_type": kind, "content": core.OctetString(content)}

    return _edited(sign_cms(people, TEXT, people.signer, detached=False), strip)


def value_of(people: Authorities, content: bytes) -> bytes:
    key = people.signer.key
    assert isinstance(key, rsa.RSAPrivateKey)
    return key.sign(content, padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize("content", [TEXT, b"1. Objet", b"1\x82", b"", b"\xa0\x05abc"])
def test_content_that_cannot_be_attributes_is_what_was_signed(
    content: bytes, people: Authorities, check: Check
) -> None:
    report = check(bare(people, content, value_of(people, content)))
    assert integrity(report) is Answer.YES
    assert report.verdict is Verdict.INDETERMINATE
    assert not report.acceptable
    altered = check(bare(people, content + b".", value_of(people, content)))
    assert altered.verdict is Verdict.FAILED


def attributes_of(people: Authorities) -> tuple[bytes, bytes]:
    """The attributes of a sound signature, and its value."""
    info = cms.ContentInfo.load(sign_cms(people, TEXT, people.signer, detached=False))
    (signer,) = info["content"]["signer_infos"]
    return signer["signed_attrs"].contents, signer["signature"].native


def test_the_attributes_of_a_signature_are_not_shown_as_its_document(
    people: Authorities, check: Check
) -> None:
    """The value of a signature with attributes is that of another, without, over them."""
    contents, value = attributes_of(people)
    content = tagged(0x31, contents)
    report = check(bare(people, content, value))
    assert integrity(report) is Answer.UNDETERMINED
    assert report.verdict is Verdict.INDETERMINATE
    # Nor when only the digest of that document was sent: nobody sees what it is.
    info = cms.ContentInfo.load(bare(people, content, value))
    info["content"]["encap_content_info"] = {"content_type": "data"}
    known = Digests({"sha256": digest("sha256", content)})
    assert integrity(check(known, info.dump(force=True))) is Answer.UNDETERMINED
    assert integrity(check(content, info.dump(force=True))) is Answer.UNDETERMINED


@pytest.mark.parametrize("tag", [0x31, 0xA0])
def test_attributes_are_known_under_each_tag_that_programs_sign(
    tag: int, people: Authorities
) -> None:
    contents, _ = attributes_of(people)
    whole = bytes([tag]) + tagged(0x31, contents)[1:]
    assert may_be_attributes(whole)
    assert may_be_attributes(bytes([tag, 0x80]) + contents + b"\0\0")
    assert not may_be_attributes(whole + b"\0")


def test_content_of_another_kind_is_not_relied_upon(people: Authorities, check: Check) -> None:
    """RFC 5652, 5.3: the kind is signed by an attribute; without it anybody changes it."""
    report = check(bare(people, TEXT, value_of(people, TEXT), kind="1.3.6.1.5.5.7.12.2"))
    assert integrity(report) is not Answer.YES
    assert report.verdict is not Verdict.PASSED


# An envelope in an envelope, as when two people sign a .p7m one after the other.


def test_an_envelope_in_an_envelope_is_verified_in_its_turn(
    people: Authorities, check: Check
) -> None:
    inner = sign_cms(people, TEXT, people.signer, detached=False)
    report = check(sign_cms(people, inner, people.second, detached=False))
    assert report.inside is not None
    assert (report.verdict, report.inside.verdict) == (Verdict.PASSED, Verdict.PASSED)
    assert report.inside.kind is Kind.CMS
    forged = inner.replace(b"cent", b"dix ")
    report = check(sign_cms(people, forged, people.second, detached=False))
    assert report.inside is not None
    assert (report.verdict, report.inside.verdict) == (Verdict.PASSED, Verdict.FAILED)
    assert not report.acceptable


def _edited(der: bytes, change: Callable[[cms.SignedData], None]) -> bytes:
    info = cms.ContentInfo.load(der)
    change(info["content"])
    changed: bytes = info.dump(force=True)
    return changed
