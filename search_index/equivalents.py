"""Synonyms and acronyms: sequences of stems that mean the same."""

from collections.abc import Iterable, Sequence

from search_index.analysis import terms
from search_index.normalizing import canonical


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
