"""When each page is to be verified again: our own rule, by what moves in it."""

from collections.abc import Iterable, Mapping
from datetime import date

from communaute.editorial.pages import Page


# Months after which a kind is read again. Screens, rates and dates of the law move the most.
SOON, YEARLY = 3, 12
YEARLY_KINDS = frozenset({"glossaire", "temoignages", "newsletter", "actualites"})


def due(page: Page, checked: date) -> date:
    """Return the first day of the month when a page, verified on that day, is to be verified again."""
    months = YEARLY if page.kind in YEARLY_KINDS and not page.screens else SOON
    year, month = divmod(checked.year * 12 + checked.month - 1 + months, 12)
    return date(year, month + 1, 1)


def quarter(day: date) -> str:
    """Return the quarter of a day, as addresses write it: « 2027-1 »."""
    return f"{day.year}-{(day.month + 2) // 3}"


def quarter_in_words(name: str) -> str:
    """Return « 1er trimestre 2027 » for « 2027-1 »."""
    year, _, number = name.partition("-")
    return f"{number}{'er' if number == '1' else 'e'} trimestre {year}"


def by_quarter(
    pages: Iterable[Page], checks: Mapping[str, date]
) -> dict[str, list[tuple[date, Page]]]:
    """Return the pages to verify again in each quarter, the first due first.

    `checks` gives the last day each address was verified since its file was written.
    """
    found: dict[str, list[tuple[date, Page]]] = {}
    for page in pages:
        if page.verified:
            day = due(page, max(page.verified, checks.get(page.url, page.verified)))
            found.setdefault(quarter(day), []).append((day, page))
    return {
        name: sorted(found[name], key=lambda pair: (pair[0], pair[1].url)) for name in sorted(found)
    }
