"""The finder: text, category, period, words and code, each narrowing the others with counts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from communaute.domain.tariffs import naming
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.dates import Choice, Days, choose
from communaute.domain.tariffs.row_index import RowIndex, size
from communaute.domain.tariffs.values import Category, Row


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; an empty key narrows nothing. Names are already resolved."""

    text: str = ""
    category: str = ""
    days: Days | None = None
    code: str = ""
    words: str = ""
    series: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """A value of a key and how many tariffs it would leave."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class PeriodCount:
    """A period of validity and how many tariffs it would leave."""

    valid_from: date | None
    valid_until: date | None
    count: int


@dataclass(frozen=True, slots=True)
class Findings:
    """What a query finds. `choices` when dates are given, else `rows` of every period."""

    query: Query
    rows: tuple[Row, ...]
    choices: tuple[Choice, ...]
    categories: tuple[Count, ...]
    texts: tuple[Count, ...]
    periods: tuple[PeriodCount, ...]
    free: tuple[Category, ...]
    loosened: bool = False

    @property
    def series(self) -> tuple[str, ...]:
        """The series found, each once."""
        return tuple(dict.fromkeys(row.series for row in self.rows))

    @property
    def reused_code(self) -> bool:
        """Return whether a code asked for without a date means several things."""
        return bool(self.query.code) and self.query.days is None and len(self.series) > 1


class Finder:
    """The catalogue, indexed once: a set of rows is an integer, one bit a row."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.index = RowIndex(catalogue)

    def find(self, query: Query) -> Findings:
        """Return the tariffs that fit every key, and what each key could still be."""
        masks = self._key_masks(query)
        loosened = bool(query.words) and not self._together(masks)
        if loosened:
            masks["words"] = self.index.nearest(query.words, self._together(masks, without="words"))
        found = self.index.rows_of(self._together(masks))
        return Findings(
            query=query,
            rows=found,
            choices=self._choices(found, query.days),
            categories=self._category_counts(query, masks),
            texts=self._text_counts(query, masks),
            periods=self._period_counts(masks),
            free=self._free(query),
            loosened=loosened and bool(found),
        )

    def _key_masks(self, query: Query) -> dict[str, int]:
        return {
            "category": self.index.chosen(self.index.by_category, query.category),
            "text": self.index.chosen(self.index.by_article, query.text),
            "code": self.index.with_codes(query.code),
            "series": self.index.chosen(self.index.by_series, query.series),
            "words": self.index.with_words(query.words),
            "days": self.index.on_days(query.days),
        }

    def _together(self, masks: dict[str, int], without: str = "") -> int:
        left = self.index.all
        for key, mask in masks.items():
            if key != without:
                left &= mask
        return left

    def _choices(self, found: tuple[Row, ...], days: Days | None) -> tuple[Choice, ...]:
        if days is None:
            return ()
        series = dict.fromkeys(row.series for row in found)
        made = (choose(self.catalogue, name, days) for name in series)
        return tuple(choice for choice in made if choice is not None)

    def _category_counts(self, query: Query, masks: dict[str, int]) -> tuple[Count, ...]:
        left = self._together(masks, without="category")
        counts = (
            Count(
                c.slug,
                c.label,
                size(left, self.index.by_category, c.slug),
                c.slug == query.category,
            )
            for c in self.catalogue.categories
        )
        return tuple(count for count in counts if count.count or count.chosen)

    def _text_counts(self, query: Query, masks: dict[str, int]) -> tuple[Count, ...]:
        left = self._together(masks, without="text")
        counts = (
            Count(slug, label, size(left, self.index.by_article, slug), slug == query.text)
            for slug, label in self._text_labels.items()
        )
        return tuple(count for count in counts if count.count or count.chosen)

    @cached_property
    def _text_labels(self) -> dict[str, str]:
        return {a.slug: f"{a.label} · {a.title}" for a in self.catalogue.articles}

    def _period_counts(self, masks: dict[str, int]) -> tuple[PeriodCount, ...]:
        counted: dict[tuple[date | None, date | None], int] = {}
        for row in self.index.rows_of(self._together(masks, without="days")):
            key = (row.valid_from, row.valid_until)
            counted[key] = counted.get(key, 0) + 1
        ordered = sorted(counted, key=_latest_first, reverse=True)
        return tuple(PeriodCount(start, end, counted[start, end]) for start, end in ordered)

    def _free(self, query: Query) -> tuple[Category, ...]:
        """Return the categories for which the law sets no price, when the query means them."""
        looked = set(naming.words(query.words))
        return tuple(
            category
            for category in self.catalogue.categories
            if category.regime == "free"
            and (
                category.slug == query.category or _within(looked, self._free_words[category.slug])
            )
        )

    @cached_property
    def _free_words(self) -> dict[str, set[str]]:
        return {
            category.slug: set(naming.words(f"{category.label} {category.keywords}"))
            for category in self.catalogue.categories
        }


def _latest_first(period: tuple[date | None, date | None]) -> tuple[date, date]:
    start, end = period
    return end or date.max, start or date.min


def _within(looked: set[str], known: set[str]) -> bool:
    return bool(looked) and looked <= known


def widened(query: Query) -> Iterable[tuple[str, Query]]:
    """Yield the query without each of its keys, to offer a way out of an empty answer."""
    for key in ("words", "code", "text", "category", "series"):
        if getattr(query, key):
            yield key, replace(query, **{key: ""})  # type: ignore[arg-type]
    if query.days is not None:
        yield "days", replace(query, days=None)
