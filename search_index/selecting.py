"""From scores to what is shown: what replaces goes first, filters, facets, one a page."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search_index.results import Facets
from search_index.tables import Tables


Scores = NDArray[np.float32]
Sections = NDArray[np.int64]

# A section past its truth date is worth this much of what its words say...
EXPIRED = 0.6
# ...and never as much as the page that replaces it, if that page answers at all.
BELOW_REPLACEMENT = 0.99
# What says less than this part of what the best hit says is noise, not a result.
NOISE = 0.12


@dataclass(frozen=True, slots=True)
class Found:
    """The sections to show, best first, with their scores, and the counts by kind and audience."""

    sections: Sections
    scores: Scores
    facets: Facets
    all_sections: Sections  # those above, and the others of the same pages


class Selector:
    """Selects sections from their scores, for one generation."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.expired = np.flatnonzero(tables.expired)
        # Whom each section is for.
        self.listeners = np.zeros((len(tables.page_of), len(tables.audiences)), dtype=np.bool_)
        for number in range(len(tables.audiences)):
            self.listeners[tables.by_audience.row(number)[0], number] = True

    def select(
        self, scores: Scores, kind: str | None, audience: str | None, per_page: int | None
    ) -> Found:
        """Return the sections worth showing, best first."""
        self._lower_expired(scores)
        order = np.flatnonzero(scores > NOISE * float(scores.max(initial=0.0)))
        order = order[np.argsort(-scores[order], kind="stable")]
        of_kind = order if kind is None else order[self._of_kind(order, kind)]
        for_audience = order if audience is None else order[self._for_audience(order, audience)]
        both = of_kind if audience is None else of_kind[self._for_audience(of_kind, audience)]
        shown = self._first_of_pages(both, per_page)
        # Each facet counts what the other one leaves; without filters all three are the same.
        for_kinds = shown if kind is None else self._first_of_pages(for_audience, per_page)
        for_audiences = shown if audience is None else self._first_of_pages(of_kind, per_page)
        facets = Facets(self._count_kinds(for_kinds), self._count_audiences(for_audiences))
        return Found(shown, scores[shown], facets, both)

    def inside(self, found: Found, section: int, most: int) -> list[int]:
        """Return the other sections of a section's page that answer, best first."""
        pages = self.tables.page_of[found.all_sections]
        same = found.all_sections[pages == self.tables.page_of[section]]
        return [int(other) for other in same if other != section][:most]

    def _lower_expired(self, scores: Scores) -> None:
        asked = self.expired[scores[self.expired] > 0]
        if not len(asked):
            return
        scores[asked] *= EXPIRED
        page_of = self.tables.page_of
        # Twice, for a replacement that is itself replaced.
        for _ in range(2):
            best = np.zeros(len(self.tables.replacement_of), dtype=np.float32)
            np.maximum.at(best, page_of, scores)
            replacement = self.tables.replacement_of[page_of[asked]]
            ceiling = np.where(replacement >= 0, best[replacement] * BELOW_REPLACEMENT, 0)
            capped = np.where(ceiling > 0, np.minimum(scores[asked], ceiling), scores[asked])
            scores[asked] = capped

    def _of_kind(self, sections: Sections, kind: str) -> NDArray[np.bool_]:
        code = self.tables.kinds.index(kind) if kind in self.tables.kinds else -1
        of_kind: NDArray[np.bool_] = self.tables.kind_of[sections] == code
        return of_kind

    def _for_audience(self, sections: Sections, audience: str) -> NDArray[np.bool_]:
        if audience not in self.tables.audiences:
            return np.zeros(len(sections), dtype=np.bool_)
        listed: NDArray[np.bool_] = self.listeners[sections, self.tables.audiences.index(audience)]
        return listed

    def _first_of_pages(self, sections: Sections, per_page: int | None) -> Sections:
        """Return the best sections of each page, `per_page` at most (None: all)."""
        if not per_page or not len(sections):
            return sections
        pages = self.tables.page_of[sections]
        by_page = np.argsort(pages, kind="stable")
        ordered = pages[by_page]
        begins = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
        rank = np.arange(len(sections)) - np.repeat(begins, np.diff(begins, append=len(sections)))
        return sections[np.sort(by_page[rank < per_page])]

    def _count_kinds(self, sections: Sections) -> Mapping[str, int]:
        counts = np.bincount(self.tables.kind_of[sections], minlength=len(self.tables.kinds))
        return _named(self.tables.kinds, counts)

    def _count_audiences(self, sections: Sections) -> Mapping[str, int]:
        return _named(self.tables.audiences, self.listeners[sections].sum(axis=0))


def _named(names: list[str], counts: NDArray[np.int64]) -> Mapping[str, int]:
    """Return the counts that are not zero, the largest first."""
    pairs = zip(names, counts.tolist(), strict=True)
    return dict(sorted((pair for pair in pairs if pair[1]), key=lambda pair: (-pair[1], pair[0])))
