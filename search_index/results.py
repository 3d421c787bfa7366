"""What a search answers: hits, how many in all, facets, a better spelling; or that it cannot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


class IndexUnavailable(Exception):
    """No readable index in the folder: missing, truncated, or written by another version.

    Nothing is lost: build() makes a new one. Meanwhile a page may answer from titles.
    """


class Passage(NamedTuple):
    """Another section of a page found: where it leads, its title, and the headings above it."""

    url: str
    title: str
    headings: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One section found. `excerpt` is made when read: safe HTML with <mark>.

    `inside` holds the other sections of its page that answer, best first, when they were asked.
    """

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
    inside: tuple[Passage, ...]
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

    `total` counts hits (pages, when one hit a page is asked), `suggestion` is a better spelling
    or "", `unknown` the words typed that no text says: the results are for the others. `task` is
    the address of the task that the question says whole, or "".
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    suggestion: str = ""
    unknown: tuple[str, ...] = ()
    task: str = ""
    facets: Facets = field(default_factory=Facets)
