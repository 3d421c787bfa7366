"""What the server needs of a verification engine, so that it knows nothing of signatures."""

from collections.abc import Callable, Generator, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from communaute.domain.signatures.values import Error


Report = dict[str, Any]
Chain = tuple[bytes, ...]
"""DER certificates from a signer, or a time-stamping unit, towards its anchor."""


@dataclass(frozen=True, slots=True)
class Revocation:
    """Revocation data that the broker fetched: DER lists and OCSP responses."""

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.crls or self.ocsps)


NOTHING_FETCHED = Revocation()


@dataclass(frozen=True, slots=True)
class Submission:
    """A document to verify, with its detached signature when it has one."""

    document: bytes
    detached: bytes | None = None
    at: datetime | None = None
    revocation: Revocation = NOTHING_FETCHED


@dataclass(frozen=True, slots=True)
class Verified:
    """A report, as JSON, and the chains whose revocation could not be checked without asking."""

    report: Report
    chains: tuple[Chain, ...] = ()


class Engine(Protocol):
    """Trust, loaded, and what verifies with it."""

    @property
    def fetches(self) -> bool:
        """Whether revocation data may be asked of their publishers."""

    def verify(self, submission: Submission) -> Verified:
        """Verify a document. Runs in a confined child."""

    def fetch(self, chains: Sequence[Chain]) -> Revocation:
        """Ask for the revocation data of these chains. Runs in a child apart."""

    def failure(self, sha256: str, size: int, error: Error) -> Report:
        """The report of a document that could not be verified."""

    def lists(self) -> list[Report]:
        """The trusted lists in use, for readiness."""


Load = Callable[[], Generator[None, None, Engine]]
"""Load an engine, one list a step."""
Fingerprint = Callable[[], Hashable]
"""A value that changes when the engine must be loaded again."""
