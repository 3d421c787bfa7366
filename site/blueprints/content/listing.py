"""Lists of pages: filter by public, ten at a time, terms by letter."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from communaute.domain import clock
from communaute.editorial import PUBLICS, GlossaryTerm, Page


PER_PAGE = 10
MOST_DIGITS = 6


@dataclass(frozen=True)
class Shown:
    """One page of a list."""

    shown: Sequence[Page]
    total: int
    number: int
    pages: int
    public: str
    filters: Sequence[str]


def page_of(pages: Sequence[Page], public: str | None, number: str | None) -> Shown | None:
    """The asked part of the list; None when there is no such page.

    An unknown public filters nothing, an unreadable number is the first page.
    """
    chosen = public if public and public in PUBLICS else ""
    kept = [page for page in pages if not chosen or chosen in page.publics]
    today = clock.today()
    kept.sort(key=lambda page: page.is_expired(today))
    if len(number or "") > MOST_DIGITS:
        return None
    wanted = int(number) if number and number.isascii() and number.isdigit() else 1
    count = max(1, -(-len(kept) // PER_PAGE))
    if not 1 <= wanted <= count:
        return None
    start = (wanted - 1) * PER_PAGE
    present = [key for key in PUBLICS if any(key in page.publics for page in pages)]
    return Shown(kept[start : start + PER_PAGE], len(kept), wanted, count, chosen, present)


def still_true(pages: Sequence[Page]) -> list[Page]:
    """The pages in their order, without those past their truth."""
    today = clock.today()
    return [page for page in pages if not page.is_expired(today)]


def addresses(base: str, public: str) -> Callable[[int], str]:
    """From a page number to its address, the filter kept, the first page without a number."""

    def address(number: int) -> str:
        given = [f"public={public}"] if public else []
        given += [f"page={number}"] if number > 1 else []
        return base + ("?" + "&".join(given) if given else "")

    return address


def by_letter(terms: Sequence[GlossaryTerm]) -> list[tuple[str, list[GlossaryTerm]]]:
    """The terms under the letter a dictionary would put them at."""
    ordered = sorted(terms, key=lambda term: plain(term.title))
    return [(letter, list(group)) for letter, group in groupby(ordered, key=first_letter)]


def first_letter(term: GlossaryTerm) -> str:
    """The letter of a term, without its accent."""
    return plain(term.title)[0].upper()


def plain(text: str) -> str:
    """Lower case without accents, for order."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))
