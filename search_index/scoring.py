"""What a section says of a question: BM25 over weighted sums, and how near the words stand."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from search_index.equivalents import Phrase
from search_index.tables import Postings, Weights


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
        self.tells: list[float] = self.idf.tolist()
        impacts = weights * (k1 + 1) / (weights + norm[places]) * np.repeat(self.idf, frequencies)
        self.impacts = impacts.astype(np.float32)

    def told(self, phrase: Phrase) -> float:
        """Return what a phrase tells, the mean of its words: plain numbers, a few at a time."""
        tells = self.tells
        return sum([tells[term] for term in phrase]) / len(phrase)

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


Numbers = NDArray[np.int32]
NEAR = 6


def pairs_said(
    words: Numbers, owners: NDArray[np.int64], weights: NDArray[np.float32], sections: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return for each section the weight of the pairs of words said side by side, in order, and
    of those said within six places, in any order.

    `words` holds, for each place of the sections' texts end to end, which word of the
    question stands there (-1 for none), `owners` the section, `weights` what it weighs.
    """
    places = np.flatnonzero(words >= 0)
    words, owners, weights = words[places], owners[places], weights[places]
    apart, step = places[1:] - places[:-1], words[1:] - words[:-1]
    near = np.flatnonzero((apart <= NEAR) & (step != 0) & (owners[1:] == owners[:-1]))
    adjacent = near[(apart[near] == 1) & (step[near] == 1)]
    return (
        _sum_once(words, owners, weights, adjacent, sections),
        _sum_once(words, owners, weights, near, sections),
    )


def _sum_once(
    words: Numbers,
    owners: NDArray[np.int64],
    weights: NDArray[np.float32],
    first: NDArray[np.int64],
    sections: int,
) -> NDArray[np.float64]:
    """Sum the lighter weight of each pair, each distinct pair once for each section.

    A pair is the word at `first` and the next one.
    """
    if not len(first):
        return np.zeros(sections)
    low, high = words[first], words[first + 1]
    keys = (owners[first] * 64 + np.minimum(low, high)) * 64 + np.maximum(low, high)
    once = first[np.unique(keys, return_index=True)[1]]
    lighter = np.minimum(weights[once], weights[once + 1])
    summed = np.bincount(owners[once], weights=lighter, minlength=sections)
    return summed.astype(np.float64)
