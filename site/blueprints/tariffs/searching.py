"""What search is given of the tariffs, and the card that answers a query with an amount."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from flask import url_for

from communaute.blueprints.tariffs import presenting, wording
from communaute.blueprints.tariffs.data import tariffs
from communaute.domain import clock
from communaute.domain.tariffs import naming
from communaute.domain.tariffs.amounts import valued
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.dates import Days
from communaute.domain.tariffs.finder import Query
from communaute.domain.tariffs.values import Row
from communaute.french.reading import Unreadable, read_day
from communaute.french.typography import typeset
from communaute.web.cards import Card, CardLink
from search_index.document import Document


# The index is built without any request: no address can be asked of Flask.
ADDRESS = "/outils/tarifs"
KIND = "tarifs"
TOO_LATE = "/guides/fin-de-mission-et-delai-d-un-an"
AUDIENCE = ("prestataire-justice",)
YEAR = re.compile(r"(?:19|20)\d\d")
# A card answers a query only when it is about few tariffs: otherwise the results say it better.
MOST_CARD_ROWS = 4
# Words of providers' trades that mean something else to most visitors of this site.
_COMMON = (
    "mandat session compte copie dossier devis plafond données carte contrat internet documents"
)
COMMON = frozenset(
    naming.words(f"{_COMMON} banque archives avocat aide voyage trajet facture paiement")
)


def documents(today: date) -> Iterator[Document]:
    """One document for each series: its amounts first, so that the excerpt holds them.

    Its page is its category's: results of one category do not fill the list.
    """
    catalogue = tariffs().catalogue
    for series, rows in catalogue.series.items():
        last, address = rows[-1], f"{ADDRESS}?tarif={series}"
        category = catalogue.category_by_slug[last.category]
        said: list[str] = []
        for row in reversed(rows):
            period = wording.period(row.valid_from, row.valid_until)
            amount = f"{price(catalogue, row, today)} {row.unit}, {period} ({row.text})."
            said += filter(None, (amount, row.conditions, row.on_top))
        codes = {row.code for row in rows if row.code}
        yield Document(
            id=address,
            page=f"/{KIND}/{last.category}",
            url=address,
            title=typeset(last.service),
            headings=typeset(category.label),
            body=typeset(" ".join(said)),
            kind=KIND,
            audience=AUDIENCE,
            keywords=(*category.keywords.split(), *last.articles, *sorted(codes)),
            verified=last.verified_on,
            expired=last.valid_until is not None,
        )


def price(catalogue: Catalogue, row: Row, today: date) -> str:
    """A row's amount today (or on its last day), or its formula."""
    day = min(row.valid_until or today, today)
    found = valued(catalogue, row, day).amount
    return wording.euros(found) if found is not None else row.formula


def tariff_card(query: str) -> Card | None:
    """The amounts that a search names: on its day if it says one, else in force, else ended.

    None when they are many, or when it is about something else.
    """
    today, finder = clock.today(), tariffs().finder
    asked, day = without_day(query, today)
    # Of a trade, an article or a code, rather than of something of Chorus Pro.
    meant = (
        naming.articles(asked)
        or naming.codes(asked) & finder.index.by_code.keys()
        or trade_words(finder.catalogue).intersection(naming.words(asked))
    )
    if not naming.words(asked) or not meant or not finder.index.with_words(asked):
        return None  # the nearest rows are no answer
    found = finder.find(Query(words=asked, days=Days(day, day) if day else None))
    ended = [finder.catalogue.periods(series)[-1] for series in found.series]
    in_force = [row for row in found.rows if row.valid_until is None]
    rows = list(found.rows) if day else in_force or ended
    if found.loosened or not 0 < len(rows) <= MOST_CARD_ROWS:
        return None
    # The finder for these tariffs, and for those of other periods that the words name too.
    only: dict[str, Any] = {"tarif": rows[0].series} if len(found.series) == 1 else {"q": asked}
    address = url_for("tariffs.find", **only, date=day.isoformat() if day else None)
    return card_of(finder.catalogue, rows, today, address, day)


def without_day(query: str, today: date) -> tuple[str, date | None]:
    """The query without the day it says, and that day.

    A month stands for its first day, a year for its last or for today in the current one: our
    own rule, shown by the dates beside each amount.
    """
    if not any(map(str.isdigit, query)):
        return query, None
    typed = query.split()
    for size in (3, 2, 1):
        for start in range(len(typed) - size + 1):
            part = " ".join(typed[start : start + size])
            if day := _day_of(part, today):
                return " ".join((*typed[:start], *typed[start + size :])), day
    return query, None


def _day_of(text: str, today: date) -> date | None:
    if YEAR.fullmatch(text):
        return today if int(text) == today.year else date(int(text), 12, 31)
    for spelled in (text, f"1 {text}") if " " in text else (text,):
        try:
            return read_day(spelled)
        except Unreadable:
            pass
    return None


@lru_cache(maxsize=2)
def trade_words(catalogue: Catalogue) -> frozenset[str]:
    """The words that name the providers and their trades."""
    texts = (f"{category.label} {category.keywords}" for category in catalogue.categories)
    return frozenset(word for text in texts for word in naming.words(text)) - COMMON


def card_of(
    catalogue: Catalogue, rows: list[Row], today: date, address: str, day: date | None = None
) -> Card:
    """The card: the warning first, then each amount with its text; what to do with it."""
    warnings = dict.fromkeys(
        wording.ended(row.valid_until, today) or wording.how_sure(row, today) for row in rows
    )
    # For a mission so far back that it can no longer be paid: that, before an amount is hoped for.
    deadline = wording.deadline(day, today) if day else None
    late = deadline.sentence if deadline and deadline.passed else ""
    calculating = []
    if calculator := presenting.calculator(catalogue, rows[0], day or today):
        values: dict[str, Any] = {"path": calculator.path, **calculator.arguments}
        calculating = [CardLink(calculator.label, url_for("tariffs.calculate", **values))]
    facts = []
    for row in rows:
        ended = f", {wording.period(row.valid_from, row.valid_until)}" if row.valid_until else ""
        amount = f"{price(catalogue, row, today)} {row.unit} ({row.text}{ended})"
        facts.append((typeset(row.service), typeset(amount)))
    state = "en vigueur" if rows[0].valid_until is None else "qui ont pris fin"
    title = rows[0].service if len(rows) == 1 else f"{len(rows)} tarifs {state}"
    return Card(
        label="Tarif de frais de justice",
        title=typeset(title),
        lines=tuple(filter(None, (*warnings, late))),
        facts=tuple(facts),
        links=(
            CardLink("Voir les dates, les conditions et l’historique", address),
            *calculating,
            *([CardLink("Le délai d’un an est passé : que faire ?", TOO_LATE)] if late else []),
        ),
        tone="warning" if late or any(warnings) else "",
    )
