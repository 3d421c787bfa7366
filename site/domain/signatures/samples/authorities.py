"""The trust that knows the authorities of the samples, apart: it costs the import of pyHanko."""

from functools import cache
from pathlib import Path

from communaute.domain.signatures.trust.store import LoadedTrust, load_trust


@cache
def sample_trust() -> LoadedTrust:
    """Give that trust. Only for listed documents (`is_sample`)."""
    return load_trust(Path(__file__).parent / "trust")
