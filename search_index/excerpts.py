"""Excerpts: the passage of a section that holds most of the words searched, as safe HTML."""

from collections.abc import Mapping, Sequence
from html import escape

from search_index.analysis import Term, terms


WIDTH = 220
LEAD = 40
ELLIPSIS = "…"


def excerpt(body: str, wanted: Mapping[str, float]) -> str:
    """Return the best passage of about 220 characters, the words of `wanted` marked.

    `wanted` says what each stem weighs. Everything but the <mark> elements is escaped, so
    the result can stand in a page as it is. A text without the words gives its beginning.
    """
    found = _without_overlap([term for term in terms(body) if term.stem in wanted])
    start = _best_start(found, wanted)
    start, end = _on_words(body, start)
    inside = [term for term in found if start <= term.start and term.end <= end]
    before = ELLIPSIS if start > 0 else ""
    after = ELLIPSIS if end < len(body) else ""
    return before + _marked(body, start, end, inside) + after


def _without_overlap(found: Sequence[Term]) -> list[Term]:
    kept: list[Term] = []
    for term in sorted(found, key=lambda term: (term.start, -term.end)):
        if not kept or term.start >= kept[-1].end:
            kept.append(term)
    return kept


def _best_start(found: Sequence[Term], weights: Mapping[str, float]) -> int:
    """Return where the window with the heaviest set of distinct words begins."""
    best, best_start = 0.0, 0
    for i, first in enumerate(found):
        seen: dict[str, float] = {}
        for term in found[i:]:
            if term.end - first.start > WIDTH - LEAD:
                break
            seen[term.stem] = weights[term.stem]
        if (value := sum(seen.values())) > best:
            best, best_start = value, first.start
    return max(0, best_start - LEAD)


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


def _marked(body: str, start: int, end: int, found: Sequence[Term]) -> str:
    pieces, at = [], start
    for term in found:
        pieces.append(escape(body[at : term.start]))
        pieces.append(f"<mark>{escape(body[term.start : term.end])}</mark>")
        at = term.end
    pieces.append(escape(body[at:end]))
    return "".join(pieces).strip()
