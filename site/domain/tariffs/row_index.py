"""The catalogue's rows as sets of bits, one bit a row: by category, article, code and word."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from communaute.domain.tariffs import naming
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.dates import Days
from communaute.domain.tariffs.values import Row


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
        self.by_any_word = Words(self._masks(self._any_words))
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
        languages = naming.LANGUAGES if row.category == naming.LANGUAGE_CATEGORY else ""
        texts = (row.service, row.code, row.text, label, *titles, languages)
        return {word for text in texts for word in naming.words(text)}

    def _any_words(self, row: Row) -> set[str]:
        category = self.catalogue.category_by_slug[row.category]
        return self._own_words(row) | set(naming.words(f"{category.also} {category.keywords}"))

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
        rest = naming.without_articles(text)
        for code in sorted(naming.codes(rest) & self.by_code.keys()):
            masks.append(self.by_code[code])
            rest = _without_code(rest, code)
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


def _without_code(text: str, code: str) -> str:
    kept = text
    for typed in naming.typed_codes(text):
        if naming.code(typed) == code:
            kept = kept.replace(typed, " ")
    return kept


def size(mask: int, masks: Masks, key: str) -> int:
    """Return how many rows of a set a key's value keeps."""
    return (mask & masks.get(key, 0)).bit_count()
