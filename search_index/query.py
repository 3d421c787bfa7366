"""From what was typed to groups of alternatives, each group one word of the question."""

from bisect import bisect_left
from dataclasses import dataclass, field

import numpy as np

from search_index.analysis import Kind, Term, terms
from search_index.normalizing import canonical
from search_index.tables import Tables
from search_index.typos import Speller


LONGEST_QUERY = 200
MOST_WORDS = 12
# What a term counts for, according to what it is in the question.
IMPORTANCE: dict[Kind, float] = {
    "word": 1.0,
    "soft": 0.15,
    "joined": 0.4,
    "whole": 1.0,
    "part": 0.15,
}
TYPO = 0.8
PREFIX = 0.6
PREFIXES = 8


@dataclass(slots=True)
class Group:
    """One word of the question and the stems that may stand for it, each with a weight."""

    term: Term
    weight: float
    stems: dict[int, float] = field(default_factory=dict)
    surface: int = -1
    known: bool = True
    respelled: str = ""


@dataclass(slots=True)
class Query:
    """A question understood: its groups, and the words as they should have been spelled."""

    text: str
    groups: list[Group]


class Reader:
    """Understands questions with one generation's words."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.speller = Speller(tables.surfaces)
        self.number_of = {surface: i for i, surface in enumerate(tables.surfaces)}
        self.stem_number = {word: i for i, word in enumerate(tables.stems)}
        self.frequency = tables.by_surface.frequencies()
        self.sections = len(tables.page_of)
        df = tables.by_section.frequencies()
        self.idf = np.log1p((self.sections - df + 0.5) / (df + 0.5)).astype(np.float32)

    def read(self, typed: str) -> Query:
        """Return the question as groups: at most 200 characters, the 12 rarest words."""
        text = canonical(typed[: LONGEST_QUERY * 2])[:LONGEST_QUERY].strip()
        found = list(terms(text)) or list(terms(text, keep_stop_words=True))
        unique = list({(term.stem, term.surface): term for term in found}.values())
        groups = [self._group(term, last=term is found[-1]) for term in unique]
        if len(groups) > MOST_WORDS:
            rarest = sorted(groups, key=self._rarity, reverse=True)[:MOST_WORDS]
            groups = [group for group in groups if group in rarest]
        return Query(text, groups)

    def _rarity(self, group: Group) -> float:
        return group.weight * max((float(self.idf[s]) for s in group.stems), default=0.0)

    def _group(self, term: Term, last: bool) -> Group:
        group = Group(term, IMPORTANCE[term.kind])
        group.surface = self.number_of.get(term.surface, -1)
        number = self.stem_number.get(term.stem)
        group.known = number is not None
        if number is not None:
            group.stems[number] = 1.0
        if term.kind in ("word", "soft"):
            if last:
                self._complete(group)
            if group.surface < 0 and not (last and group.stems):
                self._respell(group)
        return group

    def _complete(self, group: Group) -> None:
        prefix = group.term.surface
        if len(prefix) < 3:
            return
        start = bisect_left(self.tables.surfaces, prefix)
        end = bisect_left(self.tables.surfaces, prefix + "\uffff")
        weight = PREFIX * (0.5 if group.known else 1.0)
        best = sorted(range(start, end), key=lambda i: -self.frequency[i])[:PREFIXES]
        for surface in best:
            group.stems.setdefault(int(self.tables.stem_of[surface]), weight)

    def _respell(self, group: Group) -> None:
        near = self.speller.near(group.term.surface)
        if not near:
            return
        nearest = near[0][1]
        ranked = sorted(near, key=lambda found: (found[1], -self.frequency[found[0]]))
        for surface, distance in ranked[:4]:
            weight = TYPO * (0.5 if distance > nearest else 1.0)
            group.stems.setdefault(int(self.tables.stem_of[surface]), weight)
        group.respelled = self.tables.spellings[ranked[0][0]]
