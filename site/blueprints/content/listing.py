"""Lists of pages: filter by public, ten at a time, terms by letter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from communaute.domain import clock
from communaute.editorial.content import Section
from communaute.editorial.pages import PUBLICS, GlossaryTerm, Page
from communaute.french.folding import fold


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


def page_of(
    pages: Sequence[Page], public: str | None, number: str | None, per_page: int = PER_PAGE
) -> Shown | None:
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
    count = max(1, -(-len(kept) // per_page))
    if not 1 <= wanted <= count:
        return None
    start = (wanted - 1) * per_page
    present = [key for key in PUBLICS if any(key in page.publics for page in pages)]
    return Shown(kept[start : start + per_page], len(kept), wanted, count, chosen, present)


@dataclass(frozen=True)
class Group:
    """Pages of one task, under its title."""

    title: str
    pages: Sequence[Page]


# The title of the pages that no group of the section names: a new page is never lost.
OTHERS = "Et aussi"


def in_groups(section: Section, public: str | None) -> list[Group]:
    """The section's pages by task, those of a public if one is asked; empty without groups."""
    if section.index is None or not section.index.groups:
        return []
    chosen = public if public and public in PUBLICS else ""
    left = {page.url: page for page in section.pages if not chosen or chosen in page.publics}
    groups = [
        Group(group.title, [left.pop(url) for url in group.pages if url in left])
        for group in section.index.groups
    ]
    return [group for group in (*groups, Group(OTHERS, list(left.values()))) if group.pages]


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
    ordered = sorted(terms, key=lambda term: fold(term.title))
    letters = groupby(ordered, key=lambda term: fold(term.title)[0].upper())
    return [(letter, list(group)) for letter, group in letters]
