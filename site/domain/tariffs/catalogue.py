"""Every tariff, held in memory and found by id, series, category, article or date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from communaute.domain.tariffs.errors import NoTariff, UnknownName
from communaute.domain.tariffs.formulas import ON_QUOTE, Parameters, parse
from communaute.domain.tariffs.values import Article, Category, Deduction, Row, Version, covers


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The tariffs, their letters, categories and articles; built once, never changed.

    Two catalogues are equal when they are the same one: what is made of one can be kept.
    """

    rows: tuple[Row, ...]
    parameters: Parameters
    categories: tuple[Category, ...]
    articles: tuple[Article, ...]
    versions: tuple[Version, ...] = ()
    deductions: tuple[Deduction, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Row]:
        """Rows by our id."""
        return {row.id: row for row in self.rows}

    @cached_property
    def series(self) -> dict[str, tuple[Row, ...]]:
        """The periods of each series, oldest first: one without an end comes last."""
        ordered = sorted(self.rows, key=lambda row: (row.series, row.valid_until or date.max))
        grouped = groupby(ordered, key=lambda row: row.series)
        return {name: tuple(rows) for name, rows in grouped}

    @cached_property
    def category_by_slug(self) -> dict[str, Category]:
        """Categories by their slug."""
        return {category.slug: category for category in self.categories}

    @cached_property
    def article_by_slug(self) -> dict[str, Article]:
        """Articles by their slug."""
        return {article.slug: article for article in self.articles}

    def row(self, identity: str) -> Row:
        """Return the row of that id. Raises UnknownName."""
        try:
            return self.by_id[identity]
        except KeyError:
            raise UnknownName(f"Aucun tarif ne porte l’identifiant « {identity} ».") from None

    def periods(self, series: str) -> tuple[Row, ...]:
        """Return the periods of a series, oldest first. Raises UnknownName."""
        try:
            return self.series[series]
        except KeyError:
            raise UnknownName(f"Aucun tarif ne s’appelle « {series} ».") from None

    def on(self, series: str, day: date) -> Row | None:
        """Return the row of a series on a day, or None.

        A row whose start is unknown starts after the end of the row before it.
        """
        return next((row for row in self.periods(series) if covers(row, day)), None)

    def holds(self, row: Row, day: date) -> bool:
        """Return whether a row is its series' row on a day."""
        return covers(row, day) and (row.valid_from is not None or self.on(row.series, day) is row)

    def required(self, series: str, day: date) -> Row:
        """Return the row of a series on a day. Raises NoTariff."""
        row = self.on(series, day)
        if row is None:
            raise NoTariff(f"Aucun tarif connu pour cette prestation le {day:%d/%m/%Y}.")
        return row

    def history(self, series: str) -> Sequence[Row]:
        """Return the periods of a series and of those it follows, oldest first."""
        chain: list[tuple[Row, ...]] = []
        name = series
        while name and len(chain) < len(self.series):
            chain.append(self.periods(name))
            name = chain[-1][0].follows
        return [row for rows in reversed(chain) for row in rows]

    def version_on(self, article: str, day: date) -> Version | None:
        """Return the wording of an article that was in force on a day, when it is known."""
        own = (version for version in self.versions if version.article == article)
        return next((version for version in own if covers(version, day)), None)

    def deduced(self, row: Row, day: date | None = None) -> tuple[str, ...]:
        """Return what is inferred of a row, and of the letters that have no value on a day."""
        names = parse(row.formula).names() if row.formula not in ("", ON_QUOTE) else ()
        if row.amount is not None:
            names = ()
        unread = {n for n in names if day is None or self.parameters.entry(n, day) is None}
        about = {row.id, *unread}
        return tuple(d.said for d in self.deductions if about & set(d.subjects))
