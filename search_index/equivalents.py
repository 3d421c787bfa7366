"""Words that stand for others: synonyms, acronyms that the texts explain, initials of titles."""

import re
from collections.abc import Iterable, Iterator, Sequence

from search_index.analysis import terms
from search_index.folding import canonical, fold_word
from search_index.stopwords import STOP
from search_index.tables import Codes


Phrase = tuple[int, ...]
LONGEST = 8


class Equivalents:
    """For a phrase, as stems, the other phrases of its groups."""

    def __init__(self, groups: Iterable[Sequence[str]], number_of: dict[str, int]) -> None:
        self.words: dict[tuple[str, ...], list[Phrase]] = {}
        for group in groups:
            spelled = [_stems(text) for text in group]
            for stems in spelled:
                others = [_numbers(other, number_of) for other in spelled if other != stems]
                known = [other for other in others if other]
                if stems and known:
                    self.words.setdefault(stems, []).extend(known)

    def of(self, stems: Sequence[str]) -> list[tuple[int, int, Phrase]]:
        """Return (start, end, other phrase) for every run of stems that has equivalents."""
        found = []
        for start in range(len(stems)):
            for end in range(start + 1, min(len(stems), start + LONGEST) + 1):
                for other in self.words.get(tuple(stems[start:end]), ()):
                    found.append((start, end, other))
        return found


def _stems(text: str) -> tuple[str, ...]:
    return tuple(t.stem for t in terms(canonical(text)) if t.kind in ("word", "soft", "whole"))


def _numbers(stems: tuple[str, ...], number_of: dict[str, int]) -> Phrase:
    """Return the stems' numbers, or nothing if one is not in the index."""
    numbers = tuple(number_of.get(stem, -1) for stem in stems)
    return () if -1 in numbers else numbers


# "Engagement juridique (EJ)".
ACRONYM = re.compile(r"\(([A-Z][A-Z0-9]{1,7})\)")
# How far before the parenthesis the expansion may begin, in characters and in words.
BEFORE, MOST_WORDS = 120, 9
SENTENCE_END = re.compile(r"[.!?;:()\[\]|]")
WORD = re.compile(r"[^\W_]+")
MOST_EXPANSIONS = 4


def explained(text: str) -> Iterator[tuple[str, str]]:
    """Yield (acronym, expansion) for each acronym that the text explains in place.

    The expansion is the shortest run of words just before the parenthesis whose initials,
    grammar words left out or not, spell the acronym.
    """
    for found in ACRONYM.finditer(text):
        before = SENTENCE_END.split(text[max(0, found.start() - BEFORE) : found.start()])[-1]
        words = list(WORD.finditer(before))[-MOST_WORDS:]
        acronym = fold_word(found.group(1))
        for start in range(len(words) - 2, -1, -1):
            run = [fold_word(word.group()) for word in words[start:]]
            initials = "".join(word[0] for word in run)
            telling = "".join(word[0] for word in run if word not in STOP)
            if run[0] not in STOP and acronym in (initials, telling):
                yield found.group(1), before[words[start].start() :].strip()
                break


class Initials:
    """Finds, in titles, the words whose initials are an acronym that no text explains."""

    def __init__(self, letters: str, stems: Codes) -> None:
        self.letters = letters
        self.stems = stems

    def expansions(self, acronym: str) -> list[tuple[int, ...]]:
        """Return the runs of title words, as stems, whose initials are the acronym's."""
        found: dict[tuple[int, ...], None] = {}
        at = self.letters.find(acronym)
        while at >= 0 and len(found) < MOST_EXPANSIONS:
            found[tuple(int(stem) for stem in self.stems[at : at + len(acronym)])] = None
            at = self.letters.find(acronym, at + 1)
        return list(found)
