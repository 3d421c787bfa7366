"""The words of one generation: numbers, frequencies, completions, nearest spellings."""

from bisect import bisect_left

import numpy as np

from search_index.tables import Tables
from search_index.typos import Speller


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
        return self._commonest(range(start, end), most)

    def spellings(self, word: str, most: int) -> list[tuple[int, int]]:
        """Return (surface, distance) of the nearest surfaces, the commonest first at each."""
        near = self.speller.near(word)
        near.sort(key=lambda found: (found[1], -self.pages[found[0]]))
        return near[:most]

    def _commonest(self, surfaces: range, most: int) -> list[int]:
        if len(surfaces) <= most:
            return list(surfaces)
        frequencies = self.pages[surfaces.start : surfaces.stop]
        best = np.argpartition(-frequencies, most)[:most]
        return [surfaces.start + int(i) for i in best[np.argsort(-frequencies[best])]]
