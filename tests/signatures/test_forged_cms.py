"""CMS that no honest program makes: each attribute missing, doubled, borrowed or mislabelled."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import new as new_hash
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, core, tsp
from cryptography.hazmat.primitives import hashes

from communaute.domain.signatures.report import DocumentReport
from communaute.domain.signatures.trust.store import LoadedTrust
from communaute.domain.signatures.verify import verify
from communaute.domain.signatures.vocabulary import Error, Format, SubIndication, Verdict
from tests.signatures.forging import (
    AUTHORITY,
    Cms,
    Holder,
    Wish,
    crl,
    issue,
    trusting,
    whole,
)


TEXT = b"Contrat de cent euros\n" * 5
OTHER = b"Contrat de mille euros\n"

Attributes = list[dict[str, Any]]
Change = Callable[[Attributes], Attributes]

AUTHORITY_OF_ALL = issue(replace(AUTHORITY, name="AC"))
SIGNER = issue(Wish(), AUTHORITY_OF_ALL)
COLLEAGUE = issue(Wish("Autre"), AUTHORITY_OF_ALL)
STRANGER = issue(Wish("Inconnu"), issue(replace(AUTHORITY, name="Inconnue")))
SOUND = Cms(SIGNER)


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> LoadedTrust:
    folder: Path = tmp_path_factory.mktemp("trust")
    return trusting(folder, [AUTHORITY_OF_ALL], crls=[crl(AUTHORITY_OF_ALL)])


def ask(trust: LoadedTrust, document: bytes, detached: bytes | None = None) -> DocumentReport:
    return verify(document, detached=detached, trust=trust)


def without(kind: str) -> Change:
    return lambda found: [one for one in found if one["type"] != kind]


def doubled(kind: str) -> Change:
    return lambda found: [*found, *(one for one in found if one["type"] == kind)]


def instead(kind: str, *values: object) -> Change:
    return lambda found: [
        {"type": kind, "values": list(values)} if one["type"] == kind else one for one in found
    ]


def naming(holder: Holder) -> dict[str, Any]:
    digest = new_hash("sha256", holder.der).digest()
    return {"certs": [tsp.ESSCertIDv2({"cert_hash": digest})]}


DIGEST = new_hash("sha256", TEXT).digest()
NOT_PASSED: dict[str, tuple[Change, SubIndication]] = {
    "no type of content": (without("content_type"), SubIndication.FORMAT_FAILURE),
    "two types of content": (doubled("content_type"), SubIndication.FORMAT_FAILURE),
    "another type": (instead("content_type", "tst_info"), SubIndication.FORMAT_FAILURE),
    "no digest": (without("message_digest"), SubIndication.GENERIC),
    "two digests": (doubled("message_digest"), SubIndication.GENERIC),
    "two values of a digest": (
        instead("message_digest", b"\0" * 32, DIGEST),
        SubIndication.GENERIC,
    ),
    "digest of something else": (instead("message_digest", b"\0" * 32), SubIndication.HASH_FAILURE),
    "certificate of a colleague": (
        instead("signing_certificate_v2", naming(COLLEAGUE)),
        SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
    ),
    "two certificates named": (
        doubled("signing_certificate_v2"),
        SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
    ),
    "no certificate in the list": (
        instead("signing_certificate_v2", {"certs": []}),
        SubIndication.GENERIC,
    ),
}


def test_a_cms_made_by_hand_is_sound(trust: LoadedTrust) -> None:
    """What the forged ones are made from: one thing at a time is then changed."""
    assert ask(trust, SOUND.der(TEXT)).acceptable
    assert ask(trust, TEXT, SOUND.der(TEXT, detached=True)).acceptable


@pytest.mark.parametrize("case", NOT_PASSED)
def test_a_signed_attribute_that_is_not_right_passes_nothing(case: str, trust: LoadedTrust) -> None:
    change, expected = NOT_PASSED[case]
    report = ask(trust, replace(SOUND, attributes=change).der(TEXT))
    assert report.verdict is not Verdict.PASSED
    assert report.sub_indication is expected


def test_a_certificate_that_is_not_signed_makes_no_cades(trust: LoadedTrust) -> None:
    report = ask(trust, replace(SOUND, attributes=without("signing_certificate_v2")).der(TEXT))
    assert report.signatures[0].facts.format is Format.PKCS7
    assert not report.acceptable


@pytest.mark.parametrize(
    ("digest", "mechanism", "used"),
    [
        ("sha1", "sha1_ecdsa", hashes.SHA1()),
        ("sha256", "sha1_ecdsa", hashes.SHA1()),
        ("sha1", "sha256_ecdsa", hashes.SHA256()),
        ("md5", "sha256_ecdsa", hashes.SHA256()),
        ("sha256", "sha512_ecdsa", hashes.SHA512()),
        ("sha256", "sha512_ecdsa", hashes.SHA256()),
    ],
)
def test_weak_or_contradictory_algorithms_are_not_relied_upon(
    digest: str, mechanism: str, used: hashes.HashAlgorithm, trust: LoadedTrust
) -> None:
    made = replace(SOUND, digest=digest, mechanism=mechanism, hash_for_key=used)
    report = ask(trust, made.der(TEXT))
    assert report.verdict is Verdict.INDETERMINATE
    assert report.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE


@pytest.mark.parametrize("sent", [(), (COLLEAGUE,), (AUTHORITY_OF_ALL,)])
def test_without_the_signers_certificate_nobody_signed(
    sent: Sequence[Holder], trust: LoadedTrust
) -> None:
    report = ask(trust, replace(SOUND, certificates=sent).der(TEXT))
    assert report.sub_indication is SubIndication.NO_SIGNING_CERTIFICATE_FOUND


def test_a_false_certificate_of_the_same_number_changes_nothing(trust: LoadedTrust) -> None:
    double = issue(
        Wish("Usurpateur", serial=SIGNER.certificate.serial_number),
        issue(replace(AUTHORITY, name="AC")),
    )
    for sent in ((double, SIGNER), (SIGNER, double)):
        report = ask(trust, replace(SOUND, certificates=sent).der(TEXT))
        named = report.signatures[0].facts.certificate
        assert named is None or named.holder != "Usurpateur" or not report.acceptable
    forged = replace(Cms(double), certificates=[double, SIGNER], signing_certificate=SIGNER)
    assert ask(trust, forged.der(TEXT)).verdict is not Verdict.PASSED


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Cms(STRANGER).info(TEXT), Verdict.INDETERMINATE),
        (Cms(COLLEAGUE).info(OTHER), Verdict.FAILED),
    ],
)
def test_one_bad_signer_is_enough_and_hides_no_good_one(
    other: cms.SignerInfo, expected: Verdict, trust: LoadedTrust
) -> None:
    made = replace(SOUND, certificates=[SIGNER, COLLEAGUE, STRANGER])
    report = ask(trust, made.der(TEXT, others=[other]))
    assert {s.verdict for s in report.signatures} == {Verdict.PASSED, expected}
    assert report.verdict is expected
    assert not report.acceptable


def test_what_is_not_signed_changes_no_verdict(trust: LoadedTrust) -> None:
    made = replace(SOUND, unsigned=[{"type": "1.2.3.4", "values": [core.OctetString(b"valeur")]}])
    assert ask(trust, made.der(TEXT)).acceptable


def test_a_false_counter_signature_changes_no_verdict_but_its_own(trust: LoadedTrust) -> None:
    counter = {"type": "counter_signature", "values": [Cms(STRANGER).info(b"valeur")]}
    signed, false = ask(trust, replace(SOUND, unsigned=[counter]).der(TEXT)).signatures
    assert (signed.verdict, signed.acceptable) == (Verdict.PASSED, True)
    assert not false.acceptable


def test_each_document_is_the_one_that_was_signed(trust: LoadedTrust) -> None:
    attached, detached = SOUND.der(TEXT), SOUND.der(TEXT, detached=True)
    for document, signature in ((OTHER, detached), (OTHER, attached), (TEXT, SOUND.der(b""))):
        report = ask(trust, document, signature)
        assert report.sub_indication is SubIndication.HASH_FAILURE
    assert ask(trust, detached).sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND


def test_a_cms_nobody_signed_has_no_signature(trust: LoadedTrust) -> None:
    data = SOUND.data(TEXT)
    data["signer_infos"] = []
    assert ask(trust, whole(data)).error is Error.NO_SIGNATURE


def test_signers_that_are_no_set_are_not_read(trust: LoadedTrust) -> None:
    """One bit of a tag: what no other program reads was accepted."""
    sound = SOUND.der(TEXT)
    signers = cms.ContentInfo.load(sound)["content"]["signer_infos"].dump()
    assert sound.endswith(signers)
    forged = sound[: -len(signers)] + bytes([signers[0] ^ 0x06]) + signers[1:]
    assert ask(trust, forged).error is Error.UNREADABLE
