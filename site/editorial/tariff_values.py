"""What content/tarifs says of tariffs, as plain values."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class TariffRow:
    """One amount or formula, for one period; dates are inclusive.

    `valid_from` is None when the start is unknown, `valid_until` when no end is known.
    `articles` names every article the tariff rests on, the main one first; `follows` is
    the series that the tariff continues under another name; `bases` names the series to
    which a surcharge or a reduction applies. `verified_in` is where it was last seen in force,
    when that is not `source`.
    """

    id: str
    source_id: str
    category: str
    articles: tuple[str, ...]
    text: str
    service: str
    code: str
    nature: str
    amount: Decimal | None
    formula: str
    bases: tuple[str, ...]
    unit: str
    conditions: str
    on_top: str
    excludes: str
    valid_from: date | None
    valid_until: date | None
    gap: str
    follows: str
    date_basis: str
    date_basis_source: str
    confidence: str
    verified_on: date
    source: str
    verified_in: str
    line: int

    def __hash__(self) -> int:
        """The id is enough: hashing 26 fields for each of 300 rows would show."""
        return hash(self.id)

    @property
    def series(self) -> str:
        """The id without its date: what stays the same from one period to the next."""
        return self.id.rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A letter of the formulas: dated (a value), unknown (asked for), quantity, or threshold."""

    name: str
    kind: str
    label: str
    value: Decimal | None
    unit: str
    territory: str
    valid_from: date | None
    valid_until: date | None
    gap: str
    confidence: str
    note: str
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Category:
    """A provider category; `regime` is tariff or free (no tariff in the law: on quote)."""

    slug: str
    label: str
    also: str
    keywords: str
    regime: str
    note: str


@dataclass(frozen=True, slots=True)
class Article:
    """A text of reference; `code` is cpp for the code of criminal procedure, else empty."""

    slug: str
    code: str
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class Version:
    """A period during which one wording of an article was in force; dates inclusive."""

    article: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the changelog; `kind` is droit (the law) or donnees (our data)."""

    on: date
    kind: str
    title: str
    detail: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deduction:
    """What is inferred, not read: the rows or letters it is about, and what to look for.

    `subjects` holds ids of rows and names of letters, or « * » for all the data.
    """

    subjects: tuple[str, ...]
    said: str
    look_for: str


@dataclass(frozen=True, slots=True)
class TariffContent:
    """All that content/tarifs says of tariffs."""

    rows: tuple[TariffRow, ...]
    parameters: tuple[Parameter, ...]
    categories: tuple[Category, ...]
    articles: tuple[Article, ...]
    versions: tuple[Version, ...]
    changes: tuple[Change, ...]
    deductions: tuple[Deduction, ...]
