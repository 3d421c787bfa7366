"""Archive manifests of a container: a time stamp over a list, which proves what it lists."""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import datetime

import pytest

from communaute.domain.signatures.museum import container as make
from communaute.domain.signatures.report import DocumentReport
from communaute.domain.signatures.vocabulary import Level, Proof, TimeSource, Verdict
from tests.signatures.asic.test_containers import FILES, extended
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office
from tests.signatures.pki import DAY, NOW


STAMP, LIST = "timestamp001.tst", "ASiCArchiveManifest.xml"
Inside = dict[str, bytes]


def token(office: Office, content: bytes, at: datetime, tsa: str = "tsa") -> bytes:
    digest = hashlib.sha256(content).digest()
    stamped = asyncio.run(office.clock(at, tsa).async_timestamp(digest, "sha256"))
    der: bytes = stamped.dump()
    return der


def listing(files: Mapping[str, bytes], inside: Mapping[str, bytes]) -> bytes:
    everything = {**files, **{f"META-INF/{name}": content for name, content in inside.items()}}
    return make.manifest(f"META-INF/{STAMP}", everything)


def archived(office: Office, listed: bytes, tsa: str = "tsa") -> Inside:
    return {LIST: listed, STAMP: token(office, listed, NOW - DAY, tsa)}


def proof(report: DocumentReport) -> tuple[datetime | None, TimeSource, Level | None]:
    (one,) = report.signatures
    return one.facts.proven_at, one.facts.time_source, one.facts.level


def test_the_time_stamp_of_an_archive_manifest_proves_the_signature(
    office: Office, check: Verifier
) -> None:
    inside = extended(FILES, office)
    assert proof(check(make.container(FILES, inside))) == (None, TimeSource.DECLARED, Level.B_B)
    sealed = make.container(FILES, inside | archived(office, listing(FILES, inside)))
    report = check(sealed)
    assert report.verdict is Verdict.PASSED
    assert proof(report) == (NOW - DAY, TimeSource.DOCUMENT_TIMESTAMP, Level.B_T)
    assert report.signatures[0].facts.unread == ()


def other_list(office: Office, inside: Inside) -> Inside:
    """The manifest was written anew after the stamp."""
    stamped = archived(office, listing(FILES, {}))
    return stamped | {LIST: listing(FILES, inside)}


def other_signature(office: Office, inside: Inside) -> Inside:
    """It lists another signature under that name."""
    listed = listing(FILES, inside | {"signature001.p7s": b"another"})
    return archived(office, listed)


def without_the_signature(office: Office, inside: Inside) -> Inside:
    return archived(office, listing(FILES, {"ASiCManifest001.xml": inside["ASiCManifest001.xml"]}))


def of_a_stranger(office: Office, inside: Inside) -> Inside:
    return archived(office, listing(FILES, inside), "stranger-tsa")


def missing_file(office: Office, inside: Inside) -> Inside:
    return archived(office, listing(FILES | {"avenant.txt": b"gone"}, inside))


@pytest.mark.parametrize(
    "forged", [other_list, other_signature, without_the_signature, of_a_stranger, missing_file]
)
def test_a_stamp_that_does_not_cover_the_signature_proves_nothing(
    forged: object, office: Office, check: Verifier
) -> None:
    inside = extended(FILES, office)
    sealed = make.container(FILES, inside | forged(office, inside))  # type: ignore[operator]
    proven_at, source, _ = proof(check(sealed))
    assert (proven_at, source) == (None, TimeSource.DECLARED)


def test_an_archive_manifest_that_cannot_be_read_is_said_not_to_be(
    office: Office, check: Verifier
) -> None:
    inside = extended(FILES, office)
    report = check(make.container(FILES, inside | {LIST: b"<a/>", STAMP: b"not a token"}))
    assert report.signatures[0].facts.unread == (Proof.ARCHIVE_MANIFEST,)
    assert proof(report)[0] is None
