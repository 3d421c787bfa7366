"""What search is given of the tariffs, and the card that answers a query with an amount."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from flask import url_for

from communaute.blueprints.tariffs import wording
from communaute.domain import clock
from communaute.domain.tariffs import words
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.finder import Finder, Query
from communaute.domain.tariffs.standing import standing
from communaute.domain.tariffs.surcharges import valued
from communaute.domain.tariffs.values import Row
from communaute.editorial import typography
from communaute.tariff_data import tariffs
from communaute.web.cards import Card, CardLink
from search_index.document import Document


# The index is built without any request: no address can be asked of Flask.
ADDRESS = "/outils/tarifs"
KIND = "tarifs"
AUDIENCE = ("prestataire-justice",)
# A card answers a query only when it is about few tariffs: otherwise the results say it better.
MOST_CARD_ROWS = 4
# Words of providers' trades that mean something else to most visitors of this site.
_COMMON = (
    "mandat session compte copie dossier devis plafond données carte contrat internet documents"
)
COMMON = frozenset(words.words(f"{_COMMON} banque archives avocat voyage trajet facture paiement"))


def search_documents(catalogue: Catalogue, today: date) -> Iterator[Document]:
    """One document for each series: its amounts first, so that the excerpt holds them.

    Its page is its category's: results of one category do not fill the list.
    """
    for series, rows in catalogue.series.items():
        yield _document(catalogue, series, rows, today)


def _document(catalogue: Catalogue, series: str, rows: tuple[Row, ...], today: date) -> Document:
    last = rows[-1]
    category = catalogue.category_by_slug[last.category]
    address = f"{ADDRESS}?tarif={series}"
    codes = {row.code for row in rows if row.code}
    return Document(
        id=address,
        page=f"/{KIND}/{last.category}",
        url=address,
        title=typography(last.service),
        headings=typography(category.label),
        body=typography(" ".join(_sentence(catalogue, row, today) for row in reversed(rows))),
        kind=KIND,
        audience=AUDIENCE,
        keywords=(*category.keywords.split(), *last.articles, *sorted(codes)),
        verified=last.verified_on,
        expired=last.valid_until is not None,
    )


def _sentence(catalogue: Catalogue, row: Row, today: date) -> str:
    amount, period = price(catalogue, row, today), wording.period(row.valid_from, row.valid_until)
    parts = (f"{amount} {row.unit}, {period} ({row.text}).", row.conditions, row.on_top)
    return " ".join(filter(None, parts))


def price(catalogue: Catalogue, row: Row, today: date) -> str:
    """A row's amount today (or on its last day), or its formula."""
    day = min(row.valid_until or today, today)
    found = valued(catalogue, row, day).amount
    return wording.euros(found) if found is not None else row.formula


def documents(today: date) -> Iterator[Document]:
    """What the blueprint gives to the index."""
    return search_documents(tariffs().catalogue, today)


def tariff_card(query: str) -> Card | None:
    """The amounts in force that a search names, else those that ended; none when they are many."""
    today, finder = clock.today(), tariffs().finder
    if not words.words(query):
        return None
    found = finder.find(Query(words=query))
    rows = [row for row in found.rows if row.valid_until is None] or list(found.rows)
    if found.loosened or not 0 < len(rows) <= MOST_CARD_ROWS or not is_meant(finder, query):
        return None
    alone = len(found.series) == 1
    return card_of(finder.catalogue, rows, today, address_of(rows, query, alone=alone))


def is_meant(finder: Finder, query: str) -> bool:
    """Whether the words name a trade, an article or a code, rather than something of Chorus Pro."""
    if words.articles(query) or words.codes(query) & finder.index.by_code.keys():
        return True
    return bool(set(words.words(query)) & trade_words(finder.catalogue))


@lru_cache(maxsize=2)
def trade_words(catalogue: Catalogue) -> frozenset[str]:
    """The words that name the providers and their trades."""
    texts = (f"{category.label} {category.keywords}" for category in catalogue.categories)
    return frozenset(word for text in texts for word in words.words(text)) - COMMON


def card_of(catalogue: Catalogue, rows: list[Row], today: date, address: str) -> Card:
    """The card: the warning first, then each amount with its text."""
    warnings = dict.fromkeys(warning_of(row, today) for row in rows)
    state = "en vigueur" if rows[0].valid_until is None else "qui ont pris fin"
    title = rows[0].service if len(rows) == 1 else f"{len(rows)} tarifs {state}"
    return Card(
        label="Tarif de frais de justice",
        title=typography(title),
        lines=tuple(filter(None, warnings)),
        facts=tuple(_fact(catalogue, row, today) for row in rows),
        links=(CardLink("Voir les dates, les conditions et l’historique", address),),
        tone="warning" if any(warnings) else "",
    )


def warning_of(row: Row, today: date) -> str:
    """What to read before an amount: that it ended, or how sure it is today."""
    return wording.ended(row.valid_until, today) or wording.how_sure(standing(row, today))


def address_of(rows: list[Row], query: str, *, alone: bool) -> str:
    """The finder for these tariffs, and for those of other periods that the words name too."""
    if alone:
        return url_for("tariffs.find", tarif=rows[0].series)
    return url_for("tariffs.find", q=query)


def _fact(catalogue: Catalogue, row: Row, today: date) -> tuple[str, str]:
    ended = f", {wording.period(row.valid_from, row.valid_until)}" if row.valid_until else ""
    amount = f"{price(catalogue, row, today)} {row.unit} ({row.text}{ended})"
    return typography(row.service), typography(amount)
