"""Counter-signatures of a CMS: each judged alone, over the value of the signature around it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from communaute.domain.signatures.facts import Limits
from communaute.domain.signatures.trust.store import LoadedTrust
from communaute.domain.signatures.verify import verify
from communaute.domain.signatures.vocabulary import (
    Error,
    Extent,
    Format,
    Integrity,
    SubIndication,
    Verdict,
)
from tests.signatures.forging import AUTHORITY, Cms, Wish, crl, issue, trusting, whole
from tests.signatures.test_forged_cms import instead, naming, without


TEXT = b"Contrat de cent euros\n" * 5
AUTHORITY_OF_ALL = issue(replace(AUTHORITY, name="AC"))
SIGNER = issue(Wish(), AUTHORITY_OF_ALL)
COLLEAGUE = issue(Wish("Autre"), AUTHORITY_OF_ALL)
SOUND = replace(Cms(SIGNER), certificates=[SIGNER, COLLEAGUE])
COUNTER = replace(Cms(COLLEAGUE), attributes=without("content_type"))


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> LoadedTrust:
    folder: Path = tmp_path_factory.mktemp("trust")
    return trusting(folder, [AUTHORITY_OF_ALL], crls=[crl(AUTHORITY_OF_ALL)])


def countersigned(
    counter: Cms = COUNTER, *, over: bytes | None = None, more: Sequence[Any] = ()
) -> bytes:
    """A sound signature with this counter-signature, over its value or something else."""
    data = SOUND.data(TEXT)
    (signer,) = data["signer_infos"]
    values = [counter.info(signer["signature"].native if over is None else over), *more]
    signer["unsigned_attrs"] = [{"type": "counter_signature", "values": values}]
    return whole(data)


def test_a_sound_one_is_a_signature_of_its_own(trust: LoadedTrust) -> None:
    report = verify(countersigned(), trust=trust)
    first, second = report.signatures
    assert (report.verdict, report.acceptable) == (Verdict.PASSED, True)
    assert second.facts.name == "Contre-signature 1 de signature 1"
    assert (second.facts.certificate or first.facts.certificate).holder == "Autre"  # type: ignore[union-attr]
    assert second.facts.format is Format.CADES
    assert second.facts.scope is not None
    assert second.facts.scope.extent is Extent.SIGNATURE
    assert "contre-signature" in second.summary[0]


@pytest.mark.parametrize(
    ("made", "verdict", "sub"),
    [
        (countersigned(over=b"une autre valeur"), Verdict.FAILED, SubIndication.HASH_FAILURE),
        (
            countersigned(replace(COUNTER, attributes=lambda _: [])),
            Verdict.FAILED,
            SubIndication.FORMAT_FAILURE,
        ),
        (
            countersigned(replace(COUNTER, hash_for_key=hashes.SHA384())),
            Verdict.FAILED,
            SubIndication.SIG_CRYPTO_FAILURE,
        ),
        (
            countersigned(
                replace(COUNTER, attributes=instead("signing_certificate_v2", naming(SIGNER)))
            ),
            Verdict.INDETERMINATE,
            SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
        ),
        (
            countersigned(
                replace(COUNTER, digest="sha1", mechanism="sha1_ecdsa", hash_for_key=hashes.SHA1())
            ),
            Verdict.INDETERMINATE,
            SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
        ),
        (
            countersigned(replace(COUNTER, digest="sha1")),
            Verdict.INDETERMINATE,
            SubIndication.GENERIC,
        ),
    ],
)
def test_one_that_is_not_right_passes_nothing_and_hides_nothing(
    trust: LoadedTrust, made: bytes, verdict: Verdict, sub: SubIndication
) -> None:
    report = verify(made, trust=trust)
    first, second = report.signatures
    assert first.verdict is Verdict.PASSED
    assert (second.verdict, second.sub_indication) == (verdict, sub)
    assert report.verdict is verdict
    assert not report.acceptable


def test_without_attributes_it_signs_the_value_itself(trust: LoadedTrust) -> None:
    data = SOUND.data(TEXT)
    (signer,) = data["signer_infos"]
    info = COUNTER.info(b"")

    key = COLLEAGUE.key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    fields = ("version", "sid", "digest_algorithm", "signature_algorithm")
    value = key.sign(signer["signature"].native, ec.ECDSA(hashes.SHA256()))
    bare = cms.SignerInfo({**{one: info[one] for one in fields}, "signature": value})
    signer["unsigned_attrs"] = [{"type": "counter_signature", "values": [bare]}]
    second = verify(whole(data), trust=trust).signatures[1]
    assert second.facts.integrity is Integrity.INTACT
    assert second.facts.format is Format.PKCS7
    assert not second.acceptable


def test_one_that_cannot_be_read_proves_nothing_and_hides_nothing(trust: LoadedTrust) -> None:
    junk = b"\x30\x03\x02\x01\x01"
    der = countersigned()
    data = cms.ContentInfo.load(der)["content"]
    (signer,) = data["signer_infos"]
    value = signer["unsigned_attrs"][0]["values"][0].dump()
    broken = der.replace(
        value, junk + b"\x04\x82" + (len(value) - 9).to_bytes(2) + bytes(len(value) - 9)
    )
    report = verify(broken, trust=trust)
    assert [one.verdict for one in report.signatures] == [Verdict.PASSED]


def test_too_many_are_refused(trust: LoadedTrust) -> None:
    made = countersigned(more=[COUNTER.info(b"x")] * 5)
    report = verify(made, trust=trust, limits=Limits(signatures=4))
    assert report.error is Error.TOO_MANY_SIGNATURES


@pytest.mark.parametrize("detached", [False, True])
def test_parallel_signers_may_digest_with_different_algorithms(
    trust: LoadedTrust, *, detached: bool
) -> None:
    other = replace(
        Cms(COLLEAGUE), digest="sha512", mechanism="sha512_ecdsa", hash_for_key=hashes.SHA512()
    )
    made = SOUND.der(TEXT, detached=detached, others=[other.info(TEXT)])
    report = verify(TEXT if detached else made, detached=made if detached else None, trust=trust)
    assert [one.facts.digest_algorithm for one in report.signatures] == ["sha256", "sha512"]
    assert (report.verdict, report.acceptable) == (Verdict.PASSED, True)


def test_a_signer_that_cannot_be_read_stops_nothing(trust: LoadedTrust) -> None:
    """A length that runs out of the file, in the part that names the signer."""
    der = SOUND.der(TEXT)
    (signer,) = cms.ContentInfo.load(der)["content"]["signer_infos"]
    raw = signer.dump()
    name = signer["sid"].dump()
    at = der.index(raw) + raw.index(name) + 1
    report = verify(der[:at] + b"\xff" + der[at + 1 :], trust=trust)
    assert report.verdict is not Verdict.PASSED
    assert [one.facts.faults for one in report.signatures] in ([], [("unreadable",)])
