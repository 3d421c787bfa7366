"""The words of one generation: numbers, frequencies, completions, nearest spellings."""

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from search_index.tables import Tables


# A first typo is believed from 4 letters, a second from 8.
SHORTEST, SHORTEST_FOR_TWO = 4, 8


def edits_allowed(word: str) -> int:
    """Return how many typos a word may have: 0, 1 or 2; none where there is a digit."""
    if len(word) < SHORTEST or not word.isalpha():
        return 0
    return 2 if len(word) >= SHORTEST_FOR_TWO else 1


class Speller:
    """Finds near words in a sorted lexicon.

    Each word has a signature of 64 bits, two for each letter (there once, there twice).
    One edit flips at most two bits: XOR and a count of bits leave a few hundred words,
    on which the distance is computed for all at once.
    """

    def __init__(self, words: list[str]) -> None:
        self.words = np.array(words, dtype=np.str_)
        self.lengths = np.array([len(word) for word in words], dtype=np.int32)
        self.signatures = np.array([_signature(word) for word in words], dtype=np.uint64)

    def near(self, word: str) -> list[tuple[int, int]]:
        """Return (number, distance) of the words within the edits allowed, nearest first."""
        allowed = edits_allowed(word)
        if not allowed:
            return []
        flips = np.bitwise_count(self.signatures ^ np.uint64(_signature(word)))
        likely = np.flatnonzero(
            (flips <= 2 * allowed)
            & (np.abs(self.lengths - len(word)) <= allowed)
            & (self.lengths >= SHORTEST)
        )
        if not len(likely):
            return []
        distances = damerau(word, self.words[likely].astype(f"U{len(word) + allowed}"), allowed)
        close = np.flatnonzero(distances <= allowed)
        order = close[np.argsort(distances[close], kind="stable")]
        return [(int(likely[i]), int(distances[i])) for i in order]


def damerau(word: str, others: NDArray[np.str_], most: int) -> NDArray[np.int32]:
    """Return the distance of a word to each other, a swap of neighbours counting one.

    Optimal string alignment, one row of the usual table at a time and over all words at
    once, in the band where the distance can be at most `most`; beyond, it is `most` + 1.
    """
    width = others.dtype.itemsize // 4
    letters = np.ascontiguousarray(others).view(np.uint32).reshape(len(others), width).T.copy()
    far = most + 1
    table = np.full((len(word) + 1, width + 1, len(others)), far, dtype=np.int8)
    table[0, : most + 1] = np.arange(most + 1, dtype=np.int8)[: width + 1, None]
    codes = [ord(letter) for letter in word]
    for i, code in enumerate(codes, start=1):
        if i <= most:
            table[i, 0] = i
        change = letters != code
        swapped = letters == codes[i - 2] if i > 1 else change
        for j in range(max(1, i - most), min(width, i + most) + 1):
            best = np.minimum(table[i - 1, j], table[i, j - 1]) + 1
            np.minimum(best, table[i - 1, j - 1] + change[j - 1], out=best)
            if i > 1 and j > 1:
                swap = ~change[j - 2] & swapped[j - 1]
                np.minimum(best, np.where(swap, table[i - 2, j - 2] + 1, far), out=best)
            table[i, j] = best
    lengths = np.char.str_len(others)
    distances: NDArray[np.int32] = table[-1][lengths, np.arange(len(others))].astype(np.int32)
    return distances


def _signature(word: str) -> int:
    signature = 0
    for letter in word:
        place = 2 * (ord(letter) % 31)
        bit = 1 << place
        signature |= bit << 1 if signature & bit else bit
    return signature


class Lexicon:
    """Looks words up in the tables of one generation."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.surface_number = {surface: i for i, surface in enumerate(tables.surfaces)}
        self.stem_number = {stem: i for i, stem in enumerate(tables.stems)}
        self.speller = Speller(tables.surfaces)
        self.sections = tables.by_section.frequencies()
        self.pages = tables.by_page_surface.frequencies()
        width = len(tables.page_of)
        self.idf = np.log1p((width - self.sections + 0.5) / (self.sections + 0.5))

    def stem_of(self, surface: int) -> int:
        """Return the number of the stem of a surface."""
        return int(self.tables.stem_of[surface])

    def completions(self, prefix: str, most: int) -> list[int]:
        """Return the commonest surfaces that begin with the prefix."""
        start = bisect_left(self.tables.surfaces, prefix)
        end = bisect_left(self.tables.surfaces, prefix + "\U0010ffff")
        surfaces = range(start, end)
        if len(surfaces) <= most:
            return list(surfaces)
        frequencies = self.pages[start:end]
        best = np.argpartition(-frequencies, most)[:most]
        return [start + int(i) for i in best[np.argsort(-frequencies[best])]]

    def spellings(self, word: str, most: int) -> list[tuple[int, int]]:
        """Return (surface, distance) of the nearest surfaces, the commonest first at each."""
        near = self.speller.near(word)
        near.sort(key=lambda found: (found[1], -self.pages[found[0]]))
        return near[:most]
