"""The whole way: a document, its child, its report, with our own verification."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import crl as asn1_crl

from communaute.domain.signatures.broker.http import RevocationCache
from communaute.domain.signatures.engine import SignatureEngine, fingerprint_of, loader
from communaute.domain.signatures.facts import Limits
from communaute.domain.signatures.report import from_wire, to_wire
from communaute.domain.signatures.serve import procedure
from communaute.domain.signatures.serve.engine import NOTHING_FETCHED, Revocation, Submission
from communaute.domain.signatures.serve.procedure import verification
from communaute.domain.signatures.serve.protocol import Upload
from communaute.domain.signatures.trust.store import LoadedTrust
from communaute.domain.signatures.vocabulary import Error, Verdict
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.pki import NOW, Pki


@pytest.fixture(scope="module")
def signed_pdf(office: Office) -> bytes:
    return office.sign(blank_pdf())


@pytest.fixture
def offline(offline_trust: LoadedTrust) -> SignatureEngine:
    """An engine that knows the anchors and no revocation list."""
    return SignatureEngine(offline_trust)


def revocation(pki: Pki) -> Revocation:
    return Revocation(crls=tuple(pki.crl(label, NOW).dump() for label in ("ca", "root")))


def test_a_report_crosses_the_socket_unchanged(trust: LoadedTrust, signed_pdf: bytes) -> None:
    wire = SignatureEngine(trust).verify(Submission(signed_pdf)).report

    assert from_wire(json.loads(json.dumps(wire))).verdict is Verdict.PASSED
    assert to_wire(from_wire(json.loads(json.dumps(wire)))) == wire


@pytest.mark.parametrize(
    "wire",
    [
        {},
        {"sha256": 3},
        [],
        "report",
        None,
    ],
)
def test_what_is_not_a_report_is_refused(wire: object) -> None:
    with pytest.raises(ValueError, match="not a report"):
        from_wire(wire)  # type: ignore[arg-type]


def test_a_report_with_a_value_of_another_type_is_refused(
    trust: LoadedTrust, signed_pdf: bytes
) -> None:
    wire = SignatureEngine(trust).verify(Submission(signed_pdf)).report

    for forged in ({"acceptable": "yes"}, {"size": True}, {"verdict": "GREEN"}, {"lists": 3}):
        with pytest.raises(ValueError, match="not a report"):
            from_wire({**wire, **forged})


def test_a_file_is_verified_in_a_confined_child(
    trust: LoadedTrust, signed_pdf: bytes, tmp_path: Path
) -> None:
    (tmp_path / "contrat.pdf").write_bytes(signed_pdf)
    report = procedure.verify_file(
        SignatureEngine(trust), tmp_path / "contrat.pdf", None, None, 1 << 20
    )

    assert (report.verdict, report.error) == (Verdict.PASSED, None)


def test_a_document_above_the_limit_is_too_large(trust: LoadedTrust, tmp_path: Path) -> None:
    (tmp_path / "large.pdf").write_bytes(bytes(1001))
    report = procedure.verify_file(
        SignatureEngine(trust), tmp_path / "large.pdf", None, None, limit=1000
    )

    assert (report.error, report.size, len(report.sha256)) == (Error.TOO_LARGE, 1001, 64)
    assert report.explanation


def test_a_smaller_limit_is_that_of_the_verification_too(
    trust: LoadedTrust, signed_pdf: bytes
) -> None:
    engine = SignatureEngine(trust, Limits(document_bytes=1000))

    assert from_wire(engine.verify(Submission(signed_pdf)).report).error is Error.TOO_LARGE


@pytest.mark.parametrize("error", [Error.TIMEOUT, Error.TOO_LARGE, Error.UNREADABLE])
def test_a_failure_is_a_whole_report_with_its_sentence(trust: LoadedTrust, error: Error) -> None:
    report = from_wire(SignatureEngine(trust).failure("0" * 64, 5, error))

    assert (report.error, report.verdict, report.acceptable) == (error, None, False)
    assert report.explanation.endswith(".")


def test_without_revocation_data_the_chain_is_handed_to_the_broker(
    offline: SignatureEngine, signed_pdf: bytes, pki: Pki
) -> None:
    verified = offline.verify(Submission(signed_pdf))

    assert from_wire(verified.report).verdict is Verdict.INDETERMINATE
    assert verified.chains[0] == (pki.certificate("signer").dump(),)


def test_with_what_the_broker_fetched_the_second_pass_decides(
    offline: SignatureEngine, signed_pdf: bytes, pki: Pki
) -> None:
    again = offline.verify(Submission(signed_pdf, revocation=revocation(pki)))

    assert from_wire(again.report).verdict is Verdict.PASSED
    assert again.chains == ()


def test_a_stranger_s_chain_is_not_handed_to_the_broker(
    offline: SignatureEngine, office: Office
) -> None:
    verified = offline.verify(Submission(office.sign(blank_pdf(), "stranger")))

    assert from_wire(verified.report).verdict is Verdict.INDETERMINATE
    assert verified.chains == ()


@dataclass(frozen=True)
class Answered(SignatureEngine):
    """An engine whose broker answers from the tests' authorities."""

    found: Revocation = NOTHING_FETCHED

    def fetch(self, chains: object) -> Revocation:
        return self.found


def test_the_broker_is_asked_only_where_the_operator_turned_it_on(
    offline_trust: LoadedTrust, signed_pdf: bytes, pki: Pki, tmp_path: Path
) -> None:
    outcomes = []
    for cache in (None, RevocationCache(tmp_path)):
        engine = Answered(offline_trust, cache=cache, found=revocation(pki))
        outcomes.append(procedure.verify_bytes(engine, signed_pdf, None, None).verdict)

    assert outcomes == [Verdict.INDETERMINATE, Verdict.PASSED]


def test_the_lists_in_use_can_be_told(trust: LoadedTrust) -> None:
    assert SignatureEngine(trust).lists() == []


def test_a_changed_trust_dir_is_seen(tmp_path: Path) -> None:
    fingerprint = fingerprint_of(tmp_path)
    empty = fingerprint()
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "eu-lotl.xml").write_text("<list/>")

    assert fingerprint() != empty
    assert fingerprint() == fingerprint()


def test_an_engine_is_loaded_step_by_step(trust_directory: Path) -> None:
    loading = loader(trust_directory, Limits(), None)()
    assert list(loading)  # at least one step before the engine is there


def test_a_document_and_its_detached_signature_are_read_back_and_forgotten() -> None:
    upload = Upload.of(b"document", b"signature", NOW)

    assert (upload.document(), upload.detached()) == (b"document", b"signature")
    assert upload.is_intact
    upload.forget()
    upload.forget()


def test_an_expired_list_fetched_by_the_broker_decides_nothing(
    offline: SignatureEngine, signed_pdf: bytes, pki: Pki
) -> None:
    old = pki.crl("ca", NOW - timedelta(days=90))
    assert isinstance(old, asn1_crl.CertificateList)
    again = offline.verify(Submission(signed_pdf, revocation=Revocation(crls=(old.dump(),))))

    assert from_wire(again.report).verdict is Verdict.INDETERMINATE


def test_a_procedure_runs_one_child_when_all_is_known(
    trust: LoadedTrust, signed_pdf: bytes
) -> None:
    upload = Upload.of(signed_pdf, None, None)
    stage = next(verification(SignatureEngine(trust), upload))

    assert stage.keep == (upload.file,)
    assert not stage.allowance.network
    upload.forget()
