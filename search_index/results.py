"""What a search answers: hits, how many in all, facets, a better spelling."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Hit:
    """One section found. `excerpt` is made when read: safe HTML with <mark>."""

    id: str
    page: str
    url: str
    title: str
    headings: str
    kind: str
    audience: tuple[str, ...]
    score: float
    verified: date | None
    expired: bool
    replaced_by: str
    _excerpt: Callable[[], str] = field(repr=False, compare=False)

    @property
    def excerpt(self) -> str:
        """The best passage, everything escaped but the marks on the words searched."""
        return self._excerpt()


@dataclass(frozen=True, slots=True)
class Facets:
    """How many sections were found of each kind and for each audience."""

    kinds: Mapping[str, int] = field(default_factory=dict)
    audiences: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to a search.

    `total` counts sections, `suggestion` is a better spelling or "", `unknown` the words
    typed that no text says: the results are for the others.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    suggestion: str = ""
    unknown: tuple[str, ...] = ()
    facets: Facets = field(default_factory=Facets)
