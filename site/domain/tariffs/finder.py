"""The finder: text, category, period, words and code, each narrowing the others with counts."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from communaute.domain.tariffs import naming
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.dates import Choice, Days, choose
from communaute.domain.tariffs.values import Category, Row


Masks = dict[str, int]
DAY = timedelta(days=1)


class RowIndex:
    """Sets of rows, made once; `&` narrows them and counts cost nothing."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.rows = tuple(row for rows in catalogue.series.values() for row in rows)
        self.all = (1 << len(self.rows)) - 1
        self.by_category = self._masks(lambda row: (row.category,))
        self.by_article = self._masks(lambda row: row.articles)
        self.by_code = self._masks(lambda row: naming.codes(row.code))
        self.by_series = self._masks(lambda row: (row.series,))
        self.by_word = Words(self._masks(self._own_words))
        meant = {
            each.slug: set(naming.words(f"{each.also} {each.keywords}"))
            for each in catalogue.categories
        }
        self.by_any_word = Words(
            self._masks(lambda row: self._own_words(row) | meant[row.category])
        )
        starts = {row.valid_from for row in self.rows if row.valid_from}
        ends = {row.valid_until + DAY for row in self.rows if row.valid_until}
        self._changes = sorted(starts | ends)
        self._held: dict[int, int] = {}  # by how many changes came before

    def _masks(self, keys: Callable[[Row], Iterable[str]]) -> Masks:
        masks: Masks = {}
        for place, row in enumerate(self.rows):
            for key in keys(row):
                masks[key] = masks.get(key, 0) | 1 << place
        return masks

    def _own_words(self, row: Row) -> set[str]:
        label = self.catalogue.category_by_slug[row.category].label
        titles = (self.catalogue.article_by_slug[article].title for article in row.articles)
        texts = (row.service, row.code, row.text, label, *titles)
        own = {word for text in texts for word in naming.words(text)}
        return own | naming.language_words() if row.category == naming.LANGUAGE_CATEGORY else own

    def chosen(self, masks: Masks, key: str) -> int:
        """Return the rows that a key's value keeps; an empty value keeps them all."""
        return masks.get(key, 0) if key else self.all

    def with_codes(self, text: str) -> int:
        """Return the rows that have every code typed (a row may have several)."""
        typed = naming.codes(text) or {naming.code(text)}
        return self._all_of(self.by_code.get(code, 0) for code in typed) if text else self.all

    def rows_of(self, mask: int) -> tuple[Row, ...]:
        """Return the rows of a set, in the catalogue's order."""
        found = []
        while mask:
            first = mask & -mask  # the lowest of its bits
            found.append(self.rows[first.bit_length() - 1])
            mask ^= first
        return tuple(found)

    def on_days(self, days: Days | None) -> int:
        """Return the rows that hold on one of the two dates."""
        if days is None:
            return self.all
        return self._on_day(days.requisition) | self._on_day(days.service)

    def _on_day(self, day: date) -> int:
        """Return the rows that hold on a day: the same on all days between two changes."""
        change = bisect_right(self._changes, day)
        mask = self._held.get(change)
        if mask is None:
            held = (1 << n for n, row in enumerate(self.rows) if self.catalogue.holds(row, day))
            mask = self._held[change] = sum(held)
        return mask

    def with_words(self, text: str) -> int:
        """Return the rows that hold every word.

        Every word must be in the row itself; failing that, in its category's keywords.
        """
        own = self._all_of(self._word_masks(text, self.by_word))
        return own or self._all_of(self._word_masks(text, self.by_any_word))

    def _all_of(self, masks: Iterable[int]) -> int:
        left = self.all
        for mask in masks:
            left &= mask
        return left

    def nearest(self, text: str, left: int) -> int:
        """Return, among the rows left, those that hold the most of the words."""
        holding = [left]  # the rows that hold so many of the words, or more
        for mask in self._word_masks(text, self.by_any_word):
            one_more = [rows & mask for rows in holding]
            holding = [
                rows | more for rows, more in zip([*holding, 0], [0, *one_more], strict=True)
            ]
        return next((rows for rows in reversed(holding[1:]) if rows), 0)

    def _word_masks(self, text: str, known: "Words") -> list[int]:
        """Return one set of rows for each article number, code and word typed."""
        masks = [self.by_article.get(article, 0) for article in naming.articles(text)]
        rest = naming.ARTICLE.sub(" ", text)
        for code in sorted(naming.codes(rest) & self.by_code.keys()):
            masks.append(self.by_code[code])
            for typed in naming.CODE.findall(rest):
                if naming.code(typed) == code:
                    rest = rest.replace(typed, " ")
        return masks + [known.starting(word) for word in naming.words(rest)]


class Words:
    """The rows of each word, the words in order: those that start alike stand together."""

    def __init__(self, masks: Masks) -> None:
        self.masks = masks
        self.ordered = sorted(masks)

    def starting(self, word: str) -> int:
        """Return the rows with a word that starts so (numbers and short words: that is so)."""
        if word.isdigit() or len(word) < naming.SHORTEST_START:
            return self.masks.get(word, 0)
        mask = 0
        for other in self.ordered[bisect_left(self.ordered, word) :]:
            if not other.startswith(word):
                break
            mask |= self.masks[other]
        return mask


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
        self._categories = {each.slug: each.label for each in catalogue.categories}
        self._texts = {each.slug: f"{each.label} · {each.title}" for each in catalogue.articles}
        self._free = [
            (each, set(naming.words(f"{each.label} {each.keywords}")))
            for each in catalogue.categories
            if each.regime == "free"
        ]

    def find(self, query: Query) -> Findings:
        """Return the tariffs that fit every key, and what each key could still be."""
        index = self.index
        masks = {
            "category": index.chosen(index.by_category, query.category),
            "text": index.chosen(index.by_article, query.text),
            "code": index.with_codes(query.code),
            "series": index.chosen(index.by_series, query.series),
            "words": index.with_words(query.words),
            "days": index.on_days(query.days),
        }
        loosened = bool(query.words) and not self._together(masks)
        if loosened:
            masks["words"] = index.nearest(query.words, self._together(masks, without="words"))
        found = index.rows_of(self._together(masks))
        looked = set(naming.words(query.words))
        return Findings(
            query=query,
            rows=found,
            choices=self._choices(found, query.days),
            categories=_counts(
                self._together(masks, without="category"),
                index.by_category,
                self._categories,
                query.category,
            ),
            texts=_counts(
                self._together(masks, without="text"), index.by_article, self._texts, query.text
            ),
            periods=self._periods(masks),
            free=tuple(
                category
                for category, words in self._free
                if category.slug == query.category or (looked and looked <= words)
            ),
            loosened=loosened and bool(found),
        )

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

    def _periods(self, masks: dict[str, int]) -> tuple[PeriodCount, ...]:
        """Return each period of what the other keys leave, the latest first."""
        rows = self.index.rows_of(self._together(masks, without="days"))
        counted = Counter((row.valid_from, row.valid_until) for row in rows)
        ordered = sorted(
            counted, key=lambda period: (period[1] or date.max, period[0] or date.min), reverse=True
        )
        return tuple(PeriodCount(*period, counted[period]) for period in ordered)


def _counts(left: int, masks: Masks, labels: Mapping[str, str], chosen: str) -> tuple[Count, ...]:
    """Return how many rows of a set each value of a key keeps: those that keep some, or are chosen."""
    counts = (
        Count(value, label, (left & masks.get(value, 0)).bit_count(), value == chosen)
        for value, label in labels.items()
    )
    return tuple(count for count in counts if count.count or count.chosen)


def widened(query: Query) -> Iterable[tuple[str, Query]]:
    """Yield the query without each of its keys, to offer a way out of an empty answer."""
    for key in ("words", "code", "text", "category", "series"):
        if getattr(query, key):
            yield key, replace(query, **{key: ""})  # type: ignore[arg-type]
    if query.days is not None:
        yield "days", replace(query, days=None)
