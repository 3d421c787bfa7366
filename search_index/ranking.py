"""Ranking: BM25 on the weighted field, the page's own evidence, then a closer look."""

import numpy as np
from numpy.typing import NDArray

from search_index.equivalents import Phrase
from search_index.postings import Postings, Weights
from search_index.query import Query
from search_index.tables import Tables


K1, B = 1.2, 0.5
PAGE_SHARE = 0.7


class Scorer:
    """BM25 impacts of every posting, computed once when the index opens."""

    def __init__(self, postings: Postings, width: int) -> None:
        self.postings = postings
        lengths = np.bincount(postings.places, weights=postings.weights, minlength=width)
        norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1.0))
        df = postings.frequencies()
        self.idf = np.log1p((width - df + 0.5) / (df + 0.5)).astype(np.float32)
        impacts = postings.weights * (K1 + 1) / (postings.weights + norm[postings.places])
        self.impacts = (impacts * np.repeat(self.idf, df)).astype(np.float32)
        self.width = width

    def score(self, query: Query) -> Weights:
        """Return each place's score: groups add up, alternatives of a group do not."""
        total = np.zeros(self.width, dtype=np.float32)
        for group in query.groups:
            alternatives = list(group.phrases.items())
            if len(alternatives) == 1 and len(alternatives[0][0]) == 1:
                self._add(total, alternatives[0][0][0], alternatives[0][1] * group.weight)
            elif alternatives:
                total += self._best(alternatives) * group.weight
        return total

    def _add(self, total: Weights, term: int, weight: float) -> None:
        span = slice(self.postings.starts[term], self.postings.starts[term + 1])
        total[self.postings.places[span]] += self.impacts[span] * weight

    def _best(self, alternatives: list[tuple[Phrase, float]]) -> Weights:
        best = np.zeros(self.width, dtype=np.float32)
        for phrase, weight in alternatives:
            if len(phrase) == 1:
                span = slice(self.postings.starts[phrase[0]], self.postings.starts[phrase[0] + 1])
                places = self.postings.places[span]
                best[places] = np.maximum(best[places], self.impacts[span] * weight)
            else:
                whole = np.zeros(self.width, dtype=np.float32)
                for term in phrase:
                    self._add(whole, term, weight)
                np.maximum(best, whole, out=best)
        return best


class Ranker:
    """Scores sections for a question."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.sections = Scorer(tables.by_section, len(tables.page_of))
        self.pages = Scorer(tables.by_page, len(tables.replacement_of))

    def scores(self, query: Query) -> NDArray[np.float32]:
        """Return the score of every section; zero where no word stands."""
        own = self.sections.score(query)
        return own + np.where(own > 0, PAGE_SHARE * self.pages.score(query)[self.tables.page_of], 0)
