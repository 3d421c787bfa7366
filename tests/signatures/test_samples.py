"""The documents to try: each shows what it says, and its authority is trusted for it alone."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

import communaute
from communaute.domain.signatures.report import DocumentReport
from communaute.domain.signatures.samples import is_sample, samples
from communaute.domain.signatures.trust.store import LoadedTrust
from communaute.domain.signatures.verify import SAMPLE_TRUST, verify
from communaute.domain.signatures.vocabulary import SubIndication, Verdict


FOLDER = Path(communaute.__file__).parent / "static" / "exemples-signature"
NOBODY = LoadedTrust()

SHOWN = {
    "valide": (Verdict.PASSED, None),
    "altere": (Verdict.FAILED, SubIndication.FORMAT_FAILURE),
    "expire": (Verdict.INDETERMINATE, SubIndication.OUT_OF_BOUNDS_NO_POE),
    "autorite-inconnue": (Verdict.INDETERMINATE, SubIndication.NO_CERTIFICATE_CHAIN_FOUND),
}


def content(name: str) -> bytes:
    return (FOLDER / f"{name}.pdf").read_bytes()


def verified(document: bytes, at: datetime | None = None) -> DocumentReport:
    return verify(document, trust=NOBODY, at=at)


@pytest.mark.parametrize("name", SHOWN)
def test_each_sample_shows_what_it_says_and_will_for_years(name: str) -> None:
    for at in (None, datetime(2031, 1, 1, tzinfo=UTC)):
        report = verified(content(name), at)
        assert (report.verdict, report.sub_indication) == SHOWN[name]
        assert report.sample
        assert not report.acceptable


def test_the_list_is_that_of_the_files() -> None:
    digests = {p.stem: sha256(p.read_bytes()).hexdigest() for p in FOLDER.glob("*.pdf")}
    assert {one.name: one.sha256 for one in samples()} == digests
    assert set(digests) == set(SHOWN)


def test_the_signature_of_the_valid_sample_is_one_to_expect() -> None:
    (signature,) = verified(content("valide")).signatures
    assert signature.acceptable


def test_any_other_file_of_that_authority_is_indeterminate() -> None:
    """One space more: the authority of the samples vouches for nothing else."""
    other = content("valide") + b"\n"
    report = verified(other)
    assert report.verdict is Verdict.INDETERMINATE
    assert report.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    assert not report.sample
    assert not is_sample(sha256(other).hexdigest())
    assert verify(other, trust=SAMPLE_TRUST).verdict is Verdict.PASSED


def test_no_key_is_kept() -> None:
    room = Path(communaute.__file__).parent / "domain" / "signatures" / "samples"
    kept = [p for folder in (FOLDER, room) for p in folder.rglob("*") if p.is_file()]
    assert not [p for p in kept if b"PRIVATE KEY" in p.read_bytes()]
