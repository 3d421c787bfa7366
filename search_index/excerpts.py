"""Excerpts: the passage of a section that holds most of the words searched, as safe HTML."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from itertools import pairwise
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


class Marker:
    """Makes the excerpts of one question; each word of the texts is analysed once for all."""

    def __init__(self, wanted: Mapping[tuple[str, ...], float]) -> None:
        """Take the words and phrases to mark, as stems, and what each weighs."""
        self.wanted: dict[str, float] = {}
        self.partners: dict[str, set[str]] = {}  # of the words that count only in a phrase
        for phrase, weight in wanted.items():
            for word in phrase:
                self.wanted[word] = max(weight, self.wanted.get(word, 0.0))
                if (word,) not in wanted:
                    self.partners.setdefault(word, set()).update(phrase)
        self._seen: dict[str, tuple[Mark, ...]] = {}

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
        found: list[Mark] = []
        for token in TOKEN.finditer(body):
            raw = token.group()
            marks = self._seen.get(raw)
            if marks is None:
                marks = self._seen[raw] = self._searched(_words_in(raw))
            if marks:
                at = token.start()
                found += [Mark(stem, at + start, at + end) for stem, start, end in marks]
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


@lru_cache(maxsize=100_000)
def _words_in(raw: str) -> tuple[Mark, ...]:
    # A stop word alone in capitals is an acronym; alone, it would pass for shouting.
    spelled = terms(raw, keep_stop_words=raw.isupper())
    return tuple(Mark(term.stem, term.start, term.end) for term in spelled)


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
