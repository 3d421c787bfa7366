"""The tariffs of content/tarifs, read from their CSV files as plain values."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar


FOLDER = "tarifs"
NATURES = ("tarif", "plafond", "majoration", "reduction", "unite", "annonce", "recette", "devis")
ON_QUOTE = "sur devis"
ID_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*-(?:\d{8}|0000)")

T = TypeVar("T")


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


class BrokenTariffError(ValueError):
    """A line that cannot be read; carries a French sentence."""


def read_tariffs(directory: Path) -> TariffContent:
    """Read the folder content/tarifs.

    Raises BrokenTariffError, naming the file and the line, on the first line that cannot be read.
    """
    return TariffContent(
        rows=tuple(_all(directory / "tarifs.csv", row_of)),
        parameters=tuple(_all(directory / "parametres.csv", parameter_of)),
        categories=tuple(_all(directory / "categories.csv", _category_of)),
        articles=tuple(
            Article(cells["article"], cells["code"], cells["label"], cells["title"])
            for _, cells in lines_of(directory / "articles.csv")
        ),
        versions=tuple(_all(directory / "versions.csv", _version_of)),
        changes=tuple(_all(directory / "changements.csv", _change_of)),
        deductions=tuple(_all(directory / "deductions.csv", deduction_of)),
    )


def _all(path: Path, build: Callable[[Mapping[str, str], int], T]) -> Iterator[T]:
    for line, cells in lines_of(path):
        try:
            yield build(cells, line)
        except BrokenTariffError as fault:
            raise BrokenTariffError(f"{path.name}:{line}: {fault}") from None


def lines_of(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line of a CSV file with its number in the file (the heading is line 1).

    Raises BrokenTariffError when a line has more or fewer cells than the heading.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, restkey="", restval=None)
        for cells in reader:
            if "" in cells or None in cells.values():
                raise BrokenTariffError(
                    f"{path.name}:{reader.line_num}: il faut autant de colonnes que dans l’en-tête."
                )
            yield reader.line_num, {name: cell.strip() for name, cell in cells.items()}


_TEXTS = (
    *("id", "source_id", "category", "text", "service", "code", "formula", "unit", "conditions"),
    *("on_top", "excludes", "gap", "follows", "date_basis_source", "source"),
    "verified_in",
)


def row_of(cells: Mapping[str, str], line: int) -> TariffRow:
    """One line of tarifs.csv. Raises BrokenTariffError."""
    if not ID_PATTERN.fullmatch(cells["id"]):
        raise BrokenTariffError(f"« {cells['id']} » n’est pas une suite de mots suivie d'une date.")
    return TariffRow(
        **{name: cells[name] for name in _TEXTS},
        articles=tuple(cells["articles"].split()),
        bases=tuple(cells["bases"].split()),
        nature=_one_of(cells, "nature", NATURES),
        amount=_decimal(cells, "amount"),
        valid_from=_date(cells, "valid_from"),
        valid_until=_date(cells, "valid_until"),
        date_basis=_one_of(cells, "date_basis", ("requisition", "service", "act", "unknown")),
        confidence=_one_of(cells, "confidence", ("read", "secondary")),
        verified_on=_known_date(cells, "verified_on", " : dites jusqu'à quand la ligne a été vue"),
        line=line,
    )


def parameter_of(cells: Mapping[str, str], line: int) -> Parameter:
    """One line of parametres.csv. Raises BrokenTariffError."""
    texts = ("label", "unit", "territory", "gap", "confidence", "note", "source")
    return Parameter(
        name=cells["parameter"],
        kind=_one_of(cells, "kind", ("dated", "unknown", "quantity", "threshold")),
        value=_decimal(cells, "value"),
        valid_from=_date(cells, "valid_from"),
        valid_until=_date(cells, "valid_until"),
        **{name: cells[name] for name in texts},
        line=line,
    )


def _category_of(cells: Mapping[str, str], line: int) -> Category:
    texts = {name: cells[name] for name in ("label", "also", "keywords", "note")}
    return Category(cells["category"], regime=_one_of(cells, "regime", ("tariff", "free")), **texts)


def _version_of(cells: Mapping[str, str], line: int) -> Version:
    start, end = _known_date(cells, "valid_from"), _date(cells, "valid_until")
    return Version(cells["article"], start, end)


def _change_of(cells: Mapping[str, str], line: int) -> Change:
    return Change(
        on=_known_date(cells, "date"),
        kind=_one_of(cells, "kind", ("droit", "donnees")),
        title=cells["title"],
        detail=cells["detail"],
        categories=tuple(cells["categories"].split()),
    )


def deduction_of(cells: Mapping[str, str], line: int) -> Deduction:
    """One line of deductions.csv. Raises BrokenTariffError."""
    if empty := [name for name in ("subjects", "said", "look_for") if not cells[name]]:
        raise BrokenTariffError(f"« {empty[0]} » est vide.")
    return Deduction(tuple(cells["subjects"].split()), cells["said"], cells["look_for"])


def _date(cells: Mapping[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(cells[name]) if cells[name] else None
    except ValueError:
        raise BrokenTariffError(
            f"« {name} » : écrivez la date comme 2021-01-31, pas « {cells[name]} »."
        ) from None


def _known_date(cells: Mapping[str, str], name: str, todo: str = "") -> date:
    if (day := _date(cells, name)) is None:
        raise BrokenTariffError(f"« {name} » est vide{todo}.")
    return day


def _decimal(cells: Mapping[str, str], name: str) -> Decimal | None:
    try:
        number = Decimal(cells[name]) if cells[name] else None
    except InvalidOperation:
        number = Decimal("NaN")
    if number is not None and not number.is_finite():
        raise BrokenTariffError(
            f"« {name} » : écrivez le nombre comme 12.50, pas « {cells[name]} »."
        )
    return number


def _one_of(cells: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    if cells[name] not in allowed:
        raise BrokenTariffError(
            f"« {name} » vaut « {cells[name]} » ; choisissez parmi {', '.join(allowed)}."
        )
    return cells[name]
