"""What search is given of the tariffs, and the card that answers a query with an amount."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import url_for

from communaute.blueprints.tariffs import wording
from communaute.domain.tariffs.amounts import worth
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.finder import Finder, Query
from communaute.domain.tariffs.standing import standing
from communaute.domain.tariffs.values import Row
from communaute.editorial import typography
from search_index.document import Document


KIND = "tarifs"
AUDIENCE = ("prestataire-justice",)
# A card answers a query only when it is about few tariffs: otherwise the results say it better.
MOST_CARD_SERIES = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """An amount that answers a query: what, how much, since when, how sure, and where."""

    title: str
    amount: str
    period: str
    text: str
    warning: str
    url: str


def search_documents(catalogue: Catalogue, today: date) -> Iterator[Document]:
    """One document for each series: its amounts first, so that the excerpt holds them."""
    for series, rows in catalogue.series.items():
        yield _document(catalogue, series, rows, today)


def _document(catalogue: Catalogue, series: str, rows: tuple[Row, ...], today: date) -> Document:
    last = rows[-1]
    category = catalogue.category_by_slug[last.category]
    address = url_for("tariffs.find", tarif=series)
    codes = {row.code for row in rows if row.code}
    return Document(
        id=address,
        page=address,
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
    found = worth(row, day, catalogue.parameters).amount
    return wording.euros(found) if found is not None else row.formula


def answers(finder: Finder, words: str, today: date) -> list[Answer]:
    """The amounts in force that answer a search; none when the words fit too many tariffs."""
    found = finder.find(Query(words=words))
    if not words.strip() or found.loosened:
        return []
    rows = [row for row in found.rows if row.valid_until is None]
    if not 0 < len(rows) <= MOST_CARD_SERIES:
        return []
    return [_answer(finder.catalogue, row, today) for row in rows]


def _answer(catalogue: Catalogue, row: Row, today: date) -> Answer:
    return Answer(
        title=typography(row.service),
        amount=typography(f"{price(catalogue, row, today)} {row.unit}"),
        period=wording.period(row.valid_from, row.valid_until),
        text=typography(row.text),
        warning=wording.how_sure(standing(row, today)),
        url=url_for("tariffs.find", tarif=row.series),
    )
