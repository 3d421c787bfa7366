"""The reference signatures: nothing accepted that should not be, nothing refused in error."""

import pytest

from benchmarks import signature_corpus
from benchmarks.signature_files import AT, REFERENCE, files
from communaute.domain.signatures.trust.store import LoadedTrust
from communaute.domain.signatures.values import DocumentReport, Level, SubIndication
from communaute.domain.signatures.verify import verify


pytestmark = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="REFERENCE_DATA holds no signatures: nothing to compare with"
)


def named(name: str) -> DocumentReport:
    (path,) = (one for one in files() if one.name == name)
    return verify(path.read_bytes(), trust=LoadedTrust(), at=AT)


@pytest.mark.slow
def test_every_verdict_is_as_stored_and_every_disagreement_explained() -> None:
    assert signature_corpus.main(write=False) == 0


@pytest.mark.parametrize("name", ["cades-dss1997.p7m", "Signature-C-B-LTA-10.p7m"])
def test_an_archive_time_stamp_that_covers_the_signature_makes_b_lta(name: str) -> None:
    facts = named(name).signatures[0].facts
    assert facts.level is Level.B_LTA
    assert [t.sub_indication for t in facts.timestamps if t.covers == "document"] == [
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    ]


@pytest.mark.parametrize(
    "name", ["cades-lta-copied-atst.p7m", "CAdES-BpLTA_modified_ats_hash_element.p7m"]
)
def test_an_archive_time_stamp_that_covers_something_else_does_not(name: str) -> None:
    facts = named(name).signatures[0].facts
    assert facts.level is Level.B_LT
    assert SubIndication.HASH_FAILURE in [t.sub_indication for t in facts.timestamps]


def test_a_small_file_made_to_be_slow_to_encode_is_not() -> None:
    """Re-encoding its parts took asn1crypto 23 s; they are cut from the original instead."""
    assert named("cades-t-copied-sigtst.p7m").signatures[0].facts.certificate is not None


def test_an_extension_by_the_european_library_is_not_taken_for_a_change() -> None:
    revision = named("john-doe-lta.pdf").signatures[0].facts.revision
    assert revision is not None
    assert revision.changes_allowed is True


def test_a_token_called_a_signature_is_read_as_the_time_stamp_it_is() -> None:
    report = named("pades-tst-with-sig-type.pdf")
    assert len(report.signatures) == 1
    assert len(report.timestamps) == 1


def test_a_label_that_contradicts_the_digest_is_not_called_a_bad_signature() -> None:
    for name in (
        "CAdES-BpB-att-SHA256-SHA512withRSA.p7m",
        "CAdES-BpB-att-SHA256-SHA3_256withRSA.p7m",
    ):
        assert named(name).sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE


@pytest.mark.parametrize("name", ["form-update-ap-indirect-sneaky-trailer.pdf"])
def test_an_appearance_that_serves_elsewhere_is_left_to_pyhanko(name: str) -> None:
    """Places to sign whose widget stands apart are compared by us, the usual ones are not."""
    assert named(name).sub_indication is SubIndication.FORMAT_FAILURE
