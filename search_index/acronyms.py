"""Acronyms that the texts themselves explain, and initials of their titles."""

import re
from collections.abc import Iterator

from search_index.normalizing import folded
from search_index.stopwords import STOP
from search_index.tables import Codes


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
        acronym = folded(found.group(1))
        for start in range(len(words) - 2, -1, -1):
            run = [folded(word.group()) for word in words[start:]]
            if run[0] not in STOP and acronym in _spelled(run):
                yield found.group(1), before[words[start].start() :].strip()
                break


def _spelled(run: list[str]) -> tuple[str, str]:
    every = "".join(word[0] for word in run)
    return every, "".join(word[0] for word in run if word not in STOP)


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
