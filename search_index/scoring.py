"""BM25 over postings whose weights are already sums over fields."""

from collections.abc import Iterable

import numpy as np

from search_index.equivalents import Phrase
from search_index.postings import Postings, Weights


Alternatives = dict[Phrase, float]


class Scorer:
    """The impact of every posting, computed once when the index opens.

    `k1` says how soon saying a word again stops counting, `b` how much a long text is
    held against it (Robertson and Zaragoza, "The probabilistic relevance framework", 2009).
    """

    def __init__(self, postings: Postings, width: int, k1: float, b: float) -> None:
        self.postings = postings
        self.width = width
        weights, places = postings.weights, postings.places
        lengths = np.bincount(places, weights=weights, minlength=width)
        norm = k1 * (1 - b + b * lengths / max(float(lengths.mean()), 1e-9))
        frequencies = postings.frequencies()
        self.idf = np.log1p((width - frequencies + 0.5) / (frequencies + 0.5)).astype(np.float32)
        impacts = weights * (k1 + 1) / (weights + norm[places]) * np.repeat(self.idf, frequencies)
        self.impacts = impacts.astype(np.float32)

    def score(self, groups: Iterable[tuple[float, Alternatives]]) -> Weights:
        """Return each place's score: words add up, alternatives for one word do not."""
        total = np.zeros(self.width, dtype=np.float32)
        for weight, alternatives in groups:
            if len(alternatives) == 1:
                for phrase, share in alternatives.items():
                    self._add(total, phrase, weight * share)
            elif alternatives:
                total += self._best(alternatives) * np.float32(weight)
        return total

    def _add(self, total: Weights, phrase: Phrase, weight: float) -> None:
        for term in phrase:
            span = slice(self.postings.starts[term], self.postings.starts[term + 1])
            total[self.postings.places[span]] += self.impacts[span] * np.float32(weight)

    def _best(self, alternatives: Alternatives) -> Weights:
        best = np.zeros(self.width, dtype=np.float32)
        for phrase, share in alternatives.items():
            if len(phrase) == 1:
                span = slice(self.postings.starts[phrase[0]], self.postings.starts[phrase[0] + 1])
                places = self.postings.places[span]
                impacts = self.impacts[span] * np.float32(share)
                best[places] = np.maximum(best[places], impacts)
            else:
                whole = np.zeros(self.width, dtype=np.float32)
                self._add(whole, phrase, share)
                np.maximum(best, whole, out=best)
        return best
