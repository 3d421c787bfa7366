"""The tariffs of content/tarifs, read from their CSV files as plain values."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from communaute.editorial import tariff_values


FOLDER = "tarifs"
DATE_BASES = ("requisition", "service", "act", "unknown")
CONFIDENCES = ("read", "secondary")
NATURES = ("tarif", "plafond", "majoration", "reduction", "unite", "annonce", "recette", "devis")
ON_QUOTE = "sur devis"
ID_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*-(?:\d{8}|0000)")

T = TypeVar("T")


class BrokenTariffError(ValueError):
    """A line that cannot be read; carries a French sentence."""


def read_tariffs(directory: Path) -> tariff_values.TariffContent:
    """Read the folder content/tarifs.

    Raises BrokenTariffError, naming the file and the line, on the first line that cannot be read.
    """
    return tariff_values.TariffContent(
        rows=tuple(_all(directory / "tarifs.csv", row_of)),
        parameters=tuple(_all(directory / "parametres.csv", parameter_of)),
        categories=tuple(_all(directory / "categories.csv", _category_of)),
        articles=tuple(_all(directory / "articles.csv", _article_of)),
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


def row_of(cells: Mapping[str, str], line: int) -> tariff_values.TariffRow:
    """One line of tarifs.csv. Raises BrokenTariffError."""
    identity = cells["id"]
    if not ID_PATTERN.fullmatch(identity):
        raise BrokenTariffError(f"« {identity} » n’est pas une suite de mots suivie d'une date.")
    verified = _date(cells, "verified_on")
    if verified is None:
        raise BrokenTariffError(
            "« verified_on » est vide : dites jusqu'à quand la ligne a été vue."
        )
    return tariff_values.TariffRow(
        **{name: cells[name] for name in _TEXTS},
        articles=tuple(cells["articles"].split()),
        bases=tuple(cells["bases"].split()),
        nature=_one_of(cells, "nature", NATURES),
        amount=_decimal(cells, "amount"),
        valid_from=_date(cells, "valid_from"),
        valid_until=_date(cells, "valid_until"),
        date_basis=_one_of(cells, "date_basis", DATE_BASES),
        confidence=_one_of(cells, "confidence", CONFIDENCES),
        verified_on=verified,
        line=line,
    )


def parameter_of(cells: Mapping[str, str], line: int) -> tariff_values.Parameter:
    """One line of parametres.csv. Raises BrokenTariffError."""
    return tariff_values.Parameter(
        name=cells["parameter"],
        kind=_one_of(cells, "kind", ("dated", "unknown", "quantity", "threshold")),
        value=_decimal(cells, "value"),
        valid_from=_date(cells, "valid_from"),
        valid_until=_date(cells, "valid_until"),
        **{
            n: cells[n]
            for n in ("label", "unit", "territory", "gap", "confidence", "note", "source")
        },
        line=line,
    )


def _category_of(cells: Mapping[str, str], line: int) -> tariff_values.Category:
    regime = _one_of(cells, "regime", ("tariff", "free"))
    names = ("label", "also", "keywords", "note")
    return tariff_values.Category(
        slug=cells["category"], regime=regime, **{n: cells[n] for n in names}
    )


def _article_of(cells: Mapping[str, str], line: int) -> tariff_values.Article:
    return tariff_values.Article(cells["article"], cells["code"], cells["label"], cells["title"])


def _version_of(cells: Mapping[str, str], line: int) -> tariff_values.Version:
    start = _date(cells, "valid_from")
    if start is None:
        raise BrokenTariffError("« valid_from » est vide.")
    return tariff_values.Version(cells["article"], start, _date(cells, "valid_until"))


def _change_of(cells: Mapping[str, str], line: int) -> tariff_values.Change:
    on = _date(cells, "date")
    if on is None:
        raise BrokenTariffError("« date » est vide.")
    kind = _one_of(cells, "kind", ("droit", "donnees"))
    return tariff_values.Change(
        on, kind, cells["title"], cells["detail"], tuple(cells["categories"].split())
    )


def deduction_of(cells: Mapping[str, str], line: int) -> tariff_values.Deduction:
    """One line of deductions.csv. Raises BrokenTariffError."""
    for name in ("subjects", "said", "look_for"):
        if not cells[name]:
            raise BrokenTariffError(f"« {name} » est vide.")
    return tariff_values.Deduction(
        tuple(cells["subjects"].split()), cells["said"], cells["look_for"]
    )


def _date(cells: Mapping[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(cells[name]) if cells[name] else None
    except ValueError:
        raise BrokenTariffError(
            f"« {name} » : écrivez la date comme 2021-01-31, pas « {cells[name]} »."
        ) from None


def _decimal(cells: Mapping[str, str], name: str) -> Decimal | None:
    try:
        return Decimal(cells[name]) if cells[name] else None
    except InvalidOperation:
        raise BrokenTariffError(
            f"« {name} » : écrivez le nombre comme 12.50, pas « {cells[name]} »."
        ) from None


def _one_of(cells: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    if cells[name] not in allowed:
        raise BrokenTariffError(
            f"« {name} » vaut « {cells[name]} » ; choisissez parmi {', '.join(allowed)}."
        )
    return cells[name]
