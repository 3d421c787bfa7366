"""The engine the verifier process runs: our trust, our verification, our broker."""

from collections.abc import Collection, Generator, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from asn1crypto import x509
from pyhanko_certvalidator.authority import Authority, TrustAnchor
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.registry import TrustManager

from communaute.domain.signatures import patches
from communaute.domain.signatures.broker.fetching import Broker
from communaute.domain.signatures.broker.http import RevocationCache
from communaute.domain.signatures.facts import Limits, ListInfo, ServiceAtTime
from communaute.domain.signatures.judging import no_verdict
from communaute.domain.signatures.judging.policies import versions
from communaute.domain.signatures.rehearsal import rehearse
from communaute.domain.signatures.report import DocumentReport, to_wire
from communaute.domain.signatures.serve.engine import (
    NOTHING_FETCHED,
    Chain,
    Fingerprint,
    Load,
    Report,
    Revocation,
    Submission,
    Verified,
)
from communaute.domain.signatures.trust.store import LoadedTrust, loading, with_revocation
from communaute.domain.signatures.verify import verify
from communaute.domain.signatures.vocabulary import Error, Kind, Verdict
from communaute.french.typography import typeset


@dataclass(frozen=True, slots=True)
class SignatureEngine:
    """Verifies signatures with a loaded trust (see serve/engine.py)."""

    trust: LoadedTrust
    limits: Limits = field(default_factory=Limits)
    cache: RevocationCache | None = None
    """Where the broker keeps what it fetched; None: nobody is asked anything."""

    @property
    def fetches(self) -> bool:
        """Whether the operator turned the broker on."""
        return self.cache is not None

    def verify(self, submission: Submission) -> Verified:
        """Verify a document and say which chains lack revocation data."""
        found = submission.revocation
        witness = Witness(with_revocation(self.trust, found.crls, found.ocsps))
        report = verify(
            submission.digests or submission.document,
            detached=submission.detached,
            trust=witness,
            at=submission.at,
            limits=self.limits,
        )
        undecided = report.verdict is Verdict.INDETERMINATE
        return Verified(to_wire(report), tuple(witness.chains()) if undecided else ())

    def fetch(self, chains: Sequence[Chain]) -> Revocation:
        """Ask for the revocation data of the chains that lead to a listed anchor."""
        if self.cache is None:
            return NOTHING_FETCHED
        return Broker(self.trust, self.cache).fetch(chains)

    def failure(self, sha256: str, size: int, error: Error) -> Report:
        """The report of a document whose child did not answer."""
        report = DocumentReport(
            sha256=sha256,
            size=size,
            kind=Kind.OTHER,
            verdict=None,
            sub_indication=None,
            acceptable=False,
            error=error,
            lists=self.trust.lists,
            verified_at=datetime.now(UTC),
            explanation=typeset(no_verdict.ERRORS[error]),
            library=versions(),
        )
        return to_wire(report)

    def lists(self) -> list[Report]:
        """The trusted lists in use."""
        return [msgspec.to_builtins(one) for one in self.trust.lists]


class Witness:
    """The same answers as the store it stands for; `chains()` says what was asked about.

    The notes are hints, not proof: the broker verifies each chain before it asks anybody.
    """

    def __init__(self, trust: LoadedTrust) -> None:
        self._trust = trust
        self._chains: dict[Chain, None] = {}
        self._below_anchors: dict[bytes, None] = {}

    @property
    def lists(self) -> tuple[ListInfo, ...]:
        """The lists of the store."""
        return self._trust.lists

    def signer_trust(self) -> TrustManager:
        """The anchors of signers."""
        return _Noting(self._trust.signer_trust(), self._below_anchors)

    def timestamp_trust(self) -> TrustManager:
        """The anchors of time stamps."""
        return _Noting(self._trust.timestamp_trust(), self._below_anchors)

    def anchors_named(self, subjects: Collection[str]) -> Sequence[x509.Certificate]:
        """The anchors of these names."""
        return self._trust.anchors_named(subjects)

    def describe_service(self, path: ValidationPath, at: datetime) -> ServiceAtTime | None:
        """What the lists hold of a path, which is noted."""
        below = [certificate.dump() for certificate in path.iter_certs(include_root=False)]
        if below:
            self._chains[tuple(reversed(below))] = None
        return self._trust.describe_service(path, at)

    def local_crls(self) -> Sequence[bytes]:
        """The revocation lists of the store."""
        return self._trust.local_crls()

    def local_ocsps(self) -> Sequence[bytes]:
        """The OCSP responses of the store."""
        return self._trust.local_ocsps()

    def chains(self) -> Iterator[Chain]:
        """The paths met, then the certificates met just below an anchor and in no path."""
        yield from self._chains
        known = {der for chain in self._chains for der in chain}
        yield from ((der,) for der in self._below_anchors if der not in known)


class _Noting(TrustManager):
    """Notes the certificates that an anchor may have issued."""

    def __init__(self, anchors: TrustManager, noted: dict[bytes, None]) -> None:
        self._anchors, self._noted = anchors, noted

    def as_trust_anchor(self, authority: Authority) -> TrustAnchor | None:
        return self._anchors.as_trust_anchor(authority)

    def find_potential_issuers(self, cert: x509.Certificate) -> Iterator[TrustAnchor]:
        for anchor in self._anchors.find_potential_issuers(cert):
            self._noted[cert.dump()] = None
            yield anchor


def loader(directory: Path, limits: Limits, cache: RevocationCache | None) -> Load:
    """How the server loads, and loads again, the engine of a trust DIR."""

    def load() -> Generator[None, None, SignatureEngine]:
        patches.install()  # first: the names in lists are then made ready for every child
        trust = yield from loading(directory)
        rehearse()
        return SignatureEngine(trust, limits, cache)

    return load


def fingerprint_of(directory: Path) -> Fingerprint:
    """How the server sees that a trust DIR changed: names, dates and sizes of its files."""

    def fingerprint() -> Hashable:
        files = sorted(path for path in directory.glob("*/*") if path.is_file())
        return tuple((str(path), *_dated(path)) for path in files)

    return fingerprint


def _dated(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)
