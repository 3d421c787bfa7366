"""The engine in use, loaded again when the trust DIR changes, without a pause for clients."""

import gc
import logging
from collections.abc import Generator, Hashable
from datetime import UTC, datetime

from communaute.domain.signatures.serve.engine import Engine, Fingerprint, Load


CHECK_EVERY = 2.0

logger = logging.getLogger(__name__)


class CurrentEngine:
    """The engine in use and, while it is being loaded, the next one."""

    def __init__(self, load: Load, fingerprint: Fingerprint) -> None:
        self._load, self._fingerprint = load, fingerprint
        self._seen: Hashable = None
        self._checked = float("-inf")
        self._loading: Generator[None, None, Engine] | None = None
        self.engine: Engine
        self.loaded_at: datetime

    @property
    def is_loading(self) -> bool:
        """Whether a next engine is being loaded."""
        return self._loading is not None

    def load_first(self) -> None:
        """Load an engine before the first client. Raises what the loading raises."""
        self._seen = self._fingerprint()
        self._loading = self._load()
        while self._loading is not None:
            self._one_step(self._loading)

    def step(self, now: float) -> None:
        """Look now and then whether the lists changed; load them again one list a step."""
        if self._loading is not None:
            try:
                self._one_step(self._loading)
            except Exception:
                logger.exception("the trusted lists were not loaded again; the former stay in use")
                self._loading = None
        elif now - self._checked >= CHECK_EVERY:
            self._checked = now
            seen = self._fingerprint()
            if seen != self._seen:
                self._seen, self._loading = seen, self._load()

    def _one_step(self, loading: Generator[None, None, Engine]) -> None:
        try:
            next(loading)
        except StopIteration as done:
            self.engine, self._loading = done.value, None
            self.loaded_at = datetime.now(UTC)
            _share_with_children()


def _share_with_children() -> None:
    """Keep the garbage collector off what is loaded, so that forks go on sharing its pages."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
