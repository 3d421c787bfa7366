"""The engine the verifier process runs: our trust, our verification, our broker."""

from collections.abc import Generator, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from communaute.domain.signatures import wording
from communaute.domain.signatures.broker.cache import RevocationCache
from communaute.domain.signatures.broker.fetching import Broker
from communaute.domain.signatures.library import versions
from communaute.domain.signatures.report_wire import to_wire
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
from communaute.domain.signatures.values import DocumentReport, Error, Kind, Limits, Verdict
from communaute.domain.signatures.verify import verify
from communaute.domain.signatures.witness import Witness


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
            submission.document,
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
        report = self._without_verdict(sha256, size, error)
        return to_wire(report)

    def lists(self) -> list[Report]:
        """The trusted lists in use."""
        return list(to_wire(self._without_verdict("", 0, Error.UNREADABLE))["lists"])

    def _without_verdict(self, sha256: str, size: int, error: Error) -> DocumentReport:
        return DocumentReport(
            sha256=sha256,
            size=size,
            kind=Kind.OTHER,
            verdict=None,
            sub_indication=None,
            acceptable=False,
            error=error,
            lists=self.trust.lists,
            verified_at=datetime.now(UTC),
            explanation=wording.ERRORS[error],
            library=versions(),
        )


def loader(directory: Path, limits: Limits, cache: RevocationCache | None) -> Load:
    """How the server loads, and loads again, the engine of a trust DIR."""

    def load() -> Generator[None, None, SignatureEngine]:
        trust = yield from loading(directory)
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
