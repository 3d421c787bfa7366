"""Excerpts: the passage of a section that holds most of the words searched, as safe HTML."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from itertools import pairwise
from threading import Lock
from typing import NamedTuple

from search_index.analysis import TOKEN, terms


WIDTH = 220
LEAD = 40
# "Demande de paiement", "maîtrise d'œuvre": what may stand between two words of a phrase.
WITHIN_PHRASE = 5
ELLIPSIS = "…"


class Mark(NamedTuple):
    """A word searched, where it stands in a text."""

    stem: str
    start: int
    end: int


# Sections whose words are kept with their places, some 700 bytes each.
MOST_READ = 2_000


class WordsRead:
    """The words of the sections read so far: each is analysed once, each section cut once.

    Safe to share between threads.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.marks: list[tuple[Mark, ...]] = []
        self.saying: defaultdict[str, list[int]] = defaultdict(list)
        self._lock = Lock()
        self.places = lru_cache(MOST_READ)(self._places)

    def _places(self, body: str) -> "tuple[array[int], array[int]]":
        """Return the number of each word of a text that has a stem, and where it begins."""
        numbers, starts = array("i"), array("i")
        with self._lock:
            for token in TOKEN.finditer(body):
                number = self._number(token.group())
                if self.marks[number]:
                    numbers.append(number)
                    starts.append(token.start())
        return numbers, starts

    def _number(self, raw: str) -> int:
        number = self._numbers.get(raw)
        if number is None:
            # A stop word alone in capitals is an acronym; alone, it would pass for shouting.
            spelled = terms(raw, keep_stop_words=raw.isupper())
            marks = tuple(Mark(term.stem, term.start, term.end) for term in spelled)
            number = self._numbers[raw] = len(self.marks)
            self.marks.append(marks)
            for stem in {mark.stem for mark in marks}:
                self.saying[stem].append(number)
        return number

    def of(self, stems: Iterable[str]) -> dict[int, tuple[Mark, ...]]:
        """Return the words with one of these stems, and where it stands in each."""
        with self._lock:
            numbers = {n for stem in stems if stem in self.saying for n in self.saying[stem]}
        return {number: self.marks[number] for number in numbers}


class Marker:
    """Makes the excerpts of one question."""

    def __init__(
        self, wanted: Mapping[tuple[str, ...], float], read: WordsRead | None = None
    ) -> None:
        """Take the words and phrases to mark, as stems, what each weighs, and the words read."""
        self.wanted: dict[str, float] = {}
        self.partners: dict[str, set[str]] = {}  # of the words that count only in a phrase
        for phrase, weight in wanted.items():
            for word in phrase:
                self.wanted[word] = max(weight, self.wanted.get(word, 0.0))
                if (word,) not in wanted:
                    self.partners.setdefault(word, set()).update(phrase)
        self.read = read or WordsRead()
        self._sought: dict[int, tuple[Mark, ...]] = {}
        self._known = 0  # words when those sought were looked for

    def excerpt(self, body: str) -> str:
        """Return the best passage of about 220 characters, the words searched marked.

        Everything but the <mark> elements is escaped, so the result can stand in a page as
        it is. A text without the words gives its beginning.
        """
        found = self._marks(body)
        start, end = _on_words(body, self._best_start(found))
        inside = [mark for mark in found if start <= mark.start and mark.end <= end]
        before = ELLIPSIS if start > 0 else ""
        after = ELLIPSIS if end < len(body) else ""
        return before + _marked(body, start, end, inside) + after

    def _marks(self, body: str) -> list[Mark]:
        """Return the words searched in order, the longest where several overlap."""
        numbers, starts = self.read.places(body)
        if len(self.read.marks) != self._known:
            self._known = len(self.read.marks)
            of_words = self.read.of(self.wanted)
            self._sought = {number: self._searched(marks) for number, marks in of_words.items()}
        found = [
            Mark(stem, at + start, at + end)
            for number, at in zip(numbers, starts, strict=True)
            if number in self._sought
            for stem, start, end in self._sought[number]
        ]
        return self._in_phrases(found) if self.partners else found

    def _in_phrases(self, found: list[Mark]) -> list[Mark]:
        """Leave out the words of a phrase that stand alone: « demande » is no « facture »."""
        near = [False] * (len(found) + 1)  # whether mark i goes with the one before
        for i, (before, mark) in enumerate(pairwise(found), start=1):
            together = mark.start - before.end <= WITHIN_PHRASE and mark.stem != before.stem
            near[i] = together and (
                before.stem in self.partners.get(mark.stem, ())
                or mark.stem in self.partners.get(before.stem, ())
            )
        return [
            mark
            for i, mark in enumerate(found)
            if mark.stem not in self.partners or near[i] or near[i + 1]
        ]

    def _searched(self, words: tuple[Mark, ...]) -> tuple[Mark, ...]:
        if len(words) == 1:
            return words if words[0].stem in self.wanted else ()
        return _without_overlap(word for word in words if word.stem in self.wanted)

    def _best_start(self, found: Sequence[Mark]) -> int:
        """Return where the window with the heaviest set of distinct words begins."""
        best, best_start = 0.0, 0
        for i, first in enumerate(found):
            seen: set[str] = set()
            for mark in found[i:]:
                if mark.end - first.start > WIDTH - LEAD:
                    break
                seen.add(mark.stem)
            value = sum(self.wanted[stem] for stem in seen)
            if value > best:
                best, best_start = value, first.start
        return max(0, best_start - LEAD)


def _without_overlap(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return tuple(kept)


def _on_words(body: str, start: int) -> tuple[int, int]:
    """Return the window's bounds, moved to spaces so that no word is cut."""
    if start + WIDTH >= len(body):
        start = max(0, min(start, len(body) - WIDTH))
    if start > 0:
        space = body.find(" ", start, start + LEAD)
        start = space + 1 if space >= 0 else start
    end = min(len(body), start + WIDTH)
    if end < len(body):
        space = body.rfind(" ", start + WIDTH // 2, end)
        end = space if space >= 0 else end
    return start, end


def _marked(body: str, start: int, end: int, found: Sequence[Mark]) -> str:
    pieces, at = [], start
    for mark in found:
        pieces.append(escape(body[at : mark.start]))
        pieces.append(f"<mark>{escape(body[mark.start : mark.end])}</mark>")
        at = mark.end
    pieces.append(escape(body[at:end]))
    return "".join(pieces).strip()
