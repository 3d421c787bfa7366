"""What the server needs of a verification engine, so that it knows nothing of signatures."""

import asyncio
import gc
import logging
from collections.abc import Callable, Generator, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from communaute.domain.signatures.detect import Digests
from communaute.domain.signatures.vocabulary import Error


CHECK_EVERY = 2.0
"""Seconds between two looks at the trust DIR."""
logger = logging.getLogger(__name__)

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
    digests: Digests | None = None
    """Those of the document, when it stayed with its owner; `document` is then empty."""


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


class CurrentEngine:
    """The engine in use, loaded again when the trust DIR changes, without a pause for clients."""

    def __init__(self, load: Load, fingerprint: Fingerprint) -> None:
        self._load, self._fingerprint = load, fingerprint
        self._seen: Hashable = None
        self.engine: Engine
        self.loaded_at: datetime

    def load_first(self) -> None:
        """Load an engine before the first client. Raises what the loading raises."""
        self._seen = self._fingerprint()
        loading = self._load()
        while not self._step(loading):
            pass

    async def follow(self) -> None:
        """Look now and then whether the lists changed; load them again one list at a time."""
        while True:
            await asyncio.sleep(CHECK_EVERY)
            try:
                seen = self._fingerprint()
                if seen != self._seen:
                    self._seen, loading = seen, self._load()
                    while not self._step(loading):
                        await asyncio.sleep(0)
            except Exception:
                logger.exception("the trusted lists were not loaded again; the former stay in use")

    def _step(self, loading: Generator[None, None, Engine]) -> bool:
        """Load one list more; True once the engine is there and in use."""
        try:
            next(loading)
        except StopIteration as done:
            self.engine, self.loaded_at = done.value, datetime.now(UTC)
            share_with_children()
            return True
        return False


def share_with_children() -> None:
    """Keep the garbage collector off what is loaded, so that forks go on sharing its pages."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
