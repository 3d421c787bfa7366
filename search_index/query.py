"""From what was typed to groups of alternatives, each group one word of the question."""

from bisect import bisect_left
from dataclasses import dataclass, field

import numpy as np

from search_index.acronyms import Initials
from search_index.analysis import Kind, Term, stem, terms
from search_index.equivalents import Equivalents, Phrase
from search_index.normalizing import canonical
from search_index.tables import Tables
from search_index.typos import Speller


LONGEST_QUERY = 200
MOST_WORDS = 12
# What a term counts for, according to what it is in the question.
IMPORTANCE: dict[Kind, float] = {"word": 1.0, "soft": 0.15, "joined": 0.4, "whole": 1.0, "part": 0.15}
TYPO = 0.8
PREFIX = 0.6
PREFIXES = 8
SYNONYM = 0.6
INITIALS = 0.7
JOINED = 0.6


@dataclass(slots=True)
class Group:
    """One word of the question and the phrases that may stand for it, each with a weight."""

    term: Term
    weight: float
    phrases: dict[Phrase, float] = field(default_factory=dict)
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
        self.frequency = tables.by_page_surface.frequencies()
        self.sections = len(tables.page_of)
        self.equivalents = Equivalents(tables.synonyms, self.stem_number)
        self.initials = Initials(tables.initials, tables.initial_stems)
        self.section_frequency = df = tables.by_section.frequencies()
        self.idf = np.log1p((self.sections - df + 0.5) / (df + 0.5)).astype(np.float32)

    def read(self, typed: str) -> Query:
        """Return the question as groups: at most 200 characters, the 12 rarest words."""
        text = canonical(typed[: LONGEST_QUERY * 2])[:LONGEST_QUERY].strip()
        found = list(terms(text)) or list(terms(text, keep_stop_words=True))
        unique = list({(term.stem, term.surface): term for term in found}.values())
        groups = [self._group(term, last=term is found[-1], text=text) for term in unique]
        self._add_synonyms(groups)
        self._join(groups)
        if len(groups) > MOST_WORDS:
            rarest = sorted(groups, key=self._rarity, reverse=True)[:MOST_WORDS]
            groups = [group for group in groups if group in rarest]
        return Query(text, groups)

    def _rarity(self, group: Group) -> float:
        return group.weight * max(
            (float(self.idf[s]) for p in group.phrases for s in p), default=0.0
        )

    def _group(self, term: Term, last: bool, text: str) -> Group:
        group = Group(term, IMPORTANCE[term.kind])
        group.surface = self.number_of.get(term.surface, -1)
        number = self.stem_number.get(term.stem)
        group.known = number is not None
        if number is not None:
            group.phrases[number,] = 1.0
        if term.kind in ("word", "soft"):
            if last:
                self._complete(group)
            if group.surface < 0 and not (last and group.phrases):
                self._respell(group)
                self._split(group)
            rare = number is None or self.section_frequency[number] <= 3
            if rare and 3 <= len(term.surface) <= 7:
                for phrase in self.initials.expansions(term.surface):
                    self._offer(group, phrase, INITIALS)
        return group

    def _offer(self, group: Group, phrase: Phrase, weight: float) -> None:
        """Add an alternative, never worth more than the word typed when that one is known."""
        own = self.stem_number.get(group.term.stem)
        if own is not None:
            weight *= min(1.0, float(self.idf[own] / max(self.idf[list(phrase)].sum(), 1e-6)))
        group.phrases[phrase] = max(weight, group.phrases.get(phrase, 0.0))

    def _add_synonyms(self, groups: list[Group]) -> None:
        words = [group for group in groups if group.term.kind in ("word", "soft", "whole")]
        for start, end, other in self.equivalents.of([group.term.stem for group in words]):
            for group in words[start:end]:
                self._offer(group, other, SYNONYM)

    def _join(self, groups: list[Group]) -> None:
        """Let "franceconnect" stand for "France Connect", when the texts write it so."""
        words = [group for group in groups if group.term.kind == "word"]
        for a, b in zip(words, words[1:], strict=False):
            surface = a.term.surface + b.term.surface
            number = self.stem_number.get(stem(surface))
            if surface in self.number_of and number is not None:
                self._offer(a, (number,), JOINED)
                self._offer(b, (number,), JOINED)

    def _split(self, group: Group) -> None:
        """Add "France Connect" for an unknown "franceconnect"."""
        word = group.term.surface
        for i in range(3, len(word) - 2):
            if word[:i] in self.number_of and word[i:] in self.number_of:
                halves = (self.stem_number[stem(word[:i])], self.stem_number[stem(word[i:])])
                self._offer(group, halves, 0.5)

    def _complete(self, group: Group) -> None:
        prefix = group.term.surface
        if len(prefix) < 3:
            return
        start = bisect_left(self.tables.surfaces, prefix)
        end = bisect_left(self.tables.surfaces, prefix + "\uffff")
        weight = PREFIX * (0.5 if group.known else 1.0)
        best = sorted(range(start, end), key=lambda i: -self.frequency[i])[:PREFIXES]
        for surface in best:
            self._offer(group, (int(self.tables.stem_of[surface]),), weight)

    def _respell(self, group: Group) -> None:
        near = self.speller.near(group.term.surface)
        if not near:
            return
        nearest = near[0][1]
        ranked = sorted(near, key=lambda found: (found[1], -self.frequency[found[0]]))
        for surface, distance in ranked[:4]:
            weight = TYPO * (0.5 if distance > nearest else 1.0)
            self._offer(group, (int(self.tables.stem_of[surface]),), weight)
        group.respelled = self.tables.spellings[ranked[0][0]]
