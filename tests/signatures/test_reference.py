"""The reference signatures: nothing accepted that should not be, nothing refused in error."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.signature_files import AT, REFERENCE, entries, files
from communaute.domain.signatures.report import DocumentReport
from communaute.domain.signatures.trust.store import LoadedTrust
from communaute.domain.signatures.verify import verify
from communaute.domain.signatures.vocabulary import Level, Modification, SubIndication, Verdict
from tests.conftest import ROOT


pytestmark = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="REFERENCE_DATA holds no signatures: nothing to compare with"
)


def named(name: str) -> DocumentReport:
    (path,) = (one for one in files() if one.name == name)
    return verify(path.read_bytes(), trust=LoadedTrust(), at=AT)


@pytest.mark.slow
def test_every_verdict_is_as_stored_and_every_disagreement_explained() -> None:
    """In a process of its own: its children have a bounded memory, which a large parent would fill."""
    command = [sys.executable, "-m", "benchmarks.signature_corpus"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5_000:] + done.stderr[-2_000:]


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


@pytest.mark.parametrize(
    ("name", "change"),
    [
        # The look of a place to sign also hangs where no reader looks: untouched, then changed.
        ("form-update-ap-indirect-sneaky-trailer.pdf", Modification.FORM_FILLING),
        ("form-update-override-appearance-stream-sneaky.pdf", Modification.UNKNOWN),
        # The annotations that a second signer adds where nobody allowed any.
        ("annotation-and-visible-change.pdf", Modification.OTHER),
        ("pdf-structtreeroot-changes.pdf", Modification.FORM_FILLING),
        ("multipleRevisionsDocument2.pdf", Modification.FORM_FILLING),
        ("removePermissions.pdf", Modification.OTHER),
        ("changeExistingFontAndAddAsDss.pdf", Modification.OTHER),
    ],
)
def test_what_was_done_since_the_first_signature(name: str, change: Modification) -> None:
    revision = named(name).signatures[0].facts.revision
    assert revision is not None
    assert revision.modification is change


def test_what_itext_asserts_valid_is_never_called_altered() -> None:
    """Of a document's revisions: what its tests assert of one signature is said in the docs."""
    explained = {
        "docWithBrokenDss.pdf",
        "eolNotIncludedIntoByteRange.pdf",
        "validateSingleSignature2.pdf",
    }
    for entry in entries():
        said = {status for one in entry.get("itext", ()) for status in one["status"]}
        if said == {"VALID"} and Path(entry["file"]).name not in explained:
            assert named(Path(entry["file"]).name).verdict is not Verdict.FAILED, entry["file"]
