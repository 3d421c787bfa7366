"""Reading a question: what was typed, and all that it may mean in this index."""

import re
from itertools import pairwise

from search_index.analysis import Kind, Term, terms
from search_index.equivalents import Equivalents, Initials, Phrase
from search_index.folding import canonical
from search_index.lexicon import Lexicon
from search_index.query import Group, Query
from search_index.stemming import stem
from search_index.tables import Tables


LONGEST_QUERY = 200
MOST_WORDS = 12

# What a term counts for, according to what it is in the question. The parts of an
# identifier matter little beside the whole, unless the whole is nowhere.
IMPORTANCE: dict[Kind, float] = {
    "word": 1.0,
    "soft": 0.25,
    "joined": 0.4,
    "whole": 1.0,
    "part": 0.15,
}
PART_ALONE = 0.6
# "Déposer 1 facture": a single digit beside words counts them, it names nothing.
COUNT = 0.15

# What an alternative counts for beside the word typed.
TYPO, SECOND_CHOICE = 0.8, 0.4
PREFIX, PREFIX_OF_KNOWN = 0.6, 0.3
SYNONYM, INITIALS, JOINED, SPLIT, UNGLUED = 0.8, 0.7, 0.6, 0.5, 0.9
# The kinds of terms that are words of the question, each place once.
READ = ("word", "soft", "whole")
MOST_COMPLETIONS, MOST_SPELLINGS = 8, 2
SHORTEST_PREFIX, SHORTEST_HALF = 2, 3
# "Lengagement", "jarrive", "quaucun": the apostrophe was left out.
GLUED_ELISION = re.compile(r"(?:qu|[ldjmtsnc])(?=[aeiouyh])")
# A code in capitals is an identifier: another spelling is offered, never taken.
LONGEST_CODE = 6
ACRONYM_LENGTHS = range(3, 8)
# Not a SIRET, whose first nine digits are a SIREN.
AMOUNT = re.compile(r"(?!\d{14}$)\d+(?:\.\d+)?")
# What letters are worth as the texts explain them, when reviewed synonyms say otherwise.
CONTESTED = 0.25
RARE = 3  # sections: an acronym so rare may still need its expansion


class Reader:
    """Understands questions with the words of one generation."""

    def __init__(self, tables: Tables) -> None:
        self.lexicon = Lexicon(tables)
        self.spellings = tables.spellings
        self.reviewed = Equivalents(tables.synonyms, self.lexicon.stem_number)
        self.mined = Equivalents(tables.acronyms, self.lexicon.stem_number)
        self.own_names = sorted(map(tuple, tables.own_names), key=len, reverse=True)
        self.stress = tables.stress
        self.initials = Initials(tables.initials, tables.initial_stems)

    def read(self, typed: str) -> Query:
        """Return the question: its first 200 characters, its 12 rarest words."""
        text = canonical(typed[: 2 * LONGEST_QUERY])[:LONGEST_QUERY].strip()
        found = list(terms(text)) or list(terms(text, keep_stop_words=True))
        typing = max((term.end for term in found), default=0) == len(text)
        found = self._without_own_name(found)
        last = max((term.end for term in found), default=0)
        unique = {term.stem + " " + term.surface: term for term in found}.values()
        groups = [self._group(term, text, typing and term.end == last) for term in unique]
        groups = self._without_loose_parts(groups)
        self._weigh_counts(groups)
        self._join(groups)
        self._add_mined(groups)
        self._add_reviewed(groups)
        return Query(text, tuple(self._rarest(groups)))

    def _without_own_name(self, found: list[Term]) -> list[Term]:
        """Leave the site's own name out of a question that asks anything else."""
        words = [term for term in found if term.kind in READ]
        stems = tuple(term.stem for term in words)
        named: set[int] = set()  # the places in the text that the name takes
        for name in self.own_names:
            for start in range(len(stems) - len(name) + 1):
                if stems[start : start + len(name)] == name:
                    named.update(range(words[start].start, words[start + len(name) - 1].end))
        asked = [term for term in found if term.start not in named]
        return asked if any(term.kind in ("word", "whole") for term in asked) else found

    def _group(self, term: Term, text: str, last: bool) -> Group:
        group = Group(term, IMPORTANCE[term.kind] * self.stress.get(term.stem, 1.0))
        number = self.lexicon.stem_number.get(term.stem)
        group.surface = self.lexicon.surface_number.get(term.surface, -1)
        if number is not None:
            group.phrases[number,] = 1.0
        if term.kind not in ("word", "soft"):
            return group
        if last:
            self._complete(group)
        if not group.phrases:
            self._unglue(group)
        if not group.phrases and (term.stem,) not in self.reviewed.words:
            self._respell(group, text[term.start : term.end])
            self._split(group)
        return group

    def _offer(self, group: Group, phrase: Phrase, share: float) -> None:
        """Add an alternative, never worth more than the word typed when that one is known."""
        own = self.lexicon.stem_number.get(group.term.stem)
        if own is not None:
            heavier = float(self.lexicon.idf[list(phrase)].sum())
            share *= min(1.0, float(self.lexicon.idf[own]) / max(heavier, 1e-6))
        group.phrases[phrase] = max(share, group.phrases.get(phrase, 0.0))

    def _complete(self, group: Group) -> None:
        """Take the last word as the beginning of a longer one."""
        prefix = group.term.surface
        if len(prefix) < SHORTEST_PREFIX:
            return
        share = PREFIX_OF_KNOWN if group.phrases else PREFIX
        for surface in self.lexicon.completions(prefix, MOST_COMPLETIONS):
            self._offer(group, (self.lexicon.stem_of(surface),), share)

    def _unglue(self, group: Group) -> None:
        """Read "lengagement" as "l'engagement"."""
        word = group.term.surface
        if elision := GLUED_ELISION.match(word):
            rest = word[elision.end() :]
            known = self.lexicon.surface_number.get(rest)
            if known is not None and len(rest) >= SHORTEST_HALF:
                self._offer(group, (self.lexicon.stem_of(known),), UNGLUED)

    def _respell(self, group: Group, raw: str) -> None:
        """Let the nearest words stand for an unknown one; only offer them for a code."""
        near = self.lexicon.spellings(group.term.surface, MOST_SPELLINGS)
        if not near:
            return
        group.respelled = self.spellings[near[0][0]]
        if raw.isupper() and len(raw) <= LONGEST_CODE:
            return
        for surface, distance in near:
            share = TYPO if distance == near[0][1] else SECOND_CHOICE
            self._offer(group, (self.lexicon.stem_of(surface),), share)

    def _split(self, group: Group) -> None:
        """Read "franceconnect" as "France Connect"."""
        word = group.term.surface
        for cut in range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1):
            halves = [self.lexicon.surface_number.get(half) for half in (word[:cut], word[cut:])]
            if None not in halves:
                known = tuple(self.lexicon.stem_of(half) for half in halves if half is not None)
                self._offer(group, known, SPLIT)

    def _join(self, groups: list[Group]) -> None:
        """Read "France Connect" as "franceconnect" too, when the texts write it so."""
        words = [group for group in groups if group.term.kind == "word"]
        for first, second in pairwise(words):
            surface = first.term.surface + second.term.surface
            number = self.lexicon.stem_number.get(stem(surface))
            if surface in self.lexicon.surface_number and number is not None:
                self._offer(first, (number,), JOINED)
                self._offer(second, (number,), JOINED)

    def _add_mined(self, groups: list[Group]) -> None:
        """Add what the texts themselves say that a word stands for, unless it was reviewed."""
        words = [group for group in groups if group.term.kind in READ]
        stems = [group.term.stem for group in words]
        for start, end, other in self.mined.of(stems):
            if tuple(stems[start:end]) not in self.reviewed.words:
                for group in words[start:end]:
                    self._offer(group, other, SYNONYM)
        for group in words:
            if self._may_be_initials(group):
                for phrase in self.initials.expansions(group.term.surface):
                    self._offer(group, phrase, INITIALS)

    def _may_be_initials(self, group: Group) -> bool:
        """Whether a word, unknown or rare, may be the initials of words of a title."""
        number = self.lexicon.stem_number.get(group.term.stem)
        return (
            group.term.kind != "whole"
            and len(group.term.surface) in ACRONYM_LENGTHS
            and (group.term.stem,) not in self.reviewed.words
            and (number is None or bool(self.lexicon.sections[number] <= RARE))
        )

    def _add_reviewed(self, groups: list[Group]) -> None:
        """Add reviewed synonyms; they beat what the texts explain the same letters by."""
        words = [group for group in groups if group.term.kind in READ]
        stems = [group.term.stem for group in words]
        for start, end, other in self.reviewed.of(stems):
            for group in words[start:end]:
                self._offer(group, other, SYNONYM)
        for group in words:
            reviewed = set(self.reviewed.words.get((group.term.stem,), ()))
            contested = not set(self.mined.words.get((group.term.stem,), ())) <= reviewed
            if contested and any(self._spells(phrase, group.term.surface) for phrase in reviewed):
                for phrase, share in group.phrases.items():
                    group.phrases[phrase] = 1.0 if phrase in reviewed else share * CONTESTED

    def _spells(self, phrase: Phrase, letters: str) -> bool:
        """Whether letters are those of a phrase, its grammar words aside: "mdp" of « mot de passe ».

        « EPCI = collectivité » says no other meaning of the letters than the texts do.
        """
        rest = iter(letters)
        initials = [self.lexicon.tables.stems[number][0] for number in phrase]
        return len(initials) > 1 and all(letter in rest for letter in initials)

    def _without_loose_parts(self, groups: list[Group]) -> list[Group]:
        """Let the parts of an unknown identifier count more; those of an amount, not at all.

        "A43-7" may be asked of a text that says A43, but "1 234,56" is not « 234 ».
        """
        unknown = {
            group.term.start: group.term.surface
            for group in groups
            if group.term.kind == "whole" and not group.phrases
        }
        for group in groups:
            if group.term.kind == "part" and group.term.start in unknown:
                loose = AMOUNT.fullmatch(unknown[group.term.start])
                group.weight = 0.0 if loose else PART_ALONE
        return [group for group in groups if group.weight]

    def _weigh_counts(self, groups: list[Group]) -> None:
        if any(group.term.kind == "word" and group.phrases for group in groups):
            for group in groups:
                if group.term.kind == "whole" and len(group.term.surface) == 1:
                    group.weight = COUNT

    def _rarest(self, groups: list[Group]) -> list[Group]:
        if len(groups) <= MOST_WORDS:
            return groups
        kept = sorted(groups, key=self._rarity, reverse=True)[:MOST_WORDS]
        return [group for group in groups if any(group is other for other in kept)]

    def _rarity(self, group: Group) -> float:
        stems = [stem for phrase in group.phrases for stem in phrase]
        return group.weight * float(self.lexicon.idf[stems].max()) if stems else 0.0
