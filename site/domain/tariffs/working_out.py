"""Any formula worked out with the values that only the visitor knows (experts, operators)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from communaute.domain.tariffs.amounts import BASE, Worth, on_bases, valued
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import MissingValue, UnknownName, WrongQuantity
from communaute.domain.tariffs.formulas import ON_QUOTE, parse
from communaute.domain.tariffs.parameters import METROPOLE, TERRITORIES
from communaute.domain.tariffs.values import Row, to_cents


MOST_TIMES = 10_000
# S × D: eight hours at most a working day (R112, R129, R140).
MOST_HOURS = Decimal(8)
MOST_VALUE = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Result:
    """What a tariff comes to, `count` times."""

    row: Row
    day: date
    worth: Worth
    count: int
    total: Decimal


def work_out(
    catalogue: Catalogue,
    series: str,
    day: date,
    given: Mapping[str, Decimal],
    count: int = 1,
    territory: str = METROPOLE,
) -> Result:
    """Return what a tariff comes to on a day, with the letters and quantities given.

    Raises UnknownName, NoTariff, WrongQuantity, MissingValue.
    """
    _check(given, count, territory)
    row = catalogue.required(series, day)
    found = valued(catalogue, row, day, given, territory)
    if found.amount is None:
        raise MissingValue(found.missing[0] if found.missing else "", found.why)
    return Result(row, day, found, count, to_cents(found.amount * count))


def names_of(row: Row) -> tuple[str, ...]:
    """Return the letters and quantities of a row's formula."""
    return () if row.formula in ("", ON_QUOTE) else parse(row.formula).names()


def names_to_give(
    catalogue: Catalogue, row: Row, day: date, territory: str = METROPOLE
) -> tuple[str, ...]:
    """Return the letters and quantities of a row that the visitor must give on that day."""
    if row.amount is not None and territory == METROPOLE:
        return ()
    names = names_of(row)
    known = catalogue.parameters.known(names, day, territory)
    if len(on_bases(catalogue, row, day)) == 1:
        known[BASE] = Decimal(1)
    return tuple(name for name in names if name not in known)


def _check(given: Mapping[str, Decimal], count: int, territory: str) -> None:
    if territory not in TERRITORIES:
        raise UnknownName("Choisissez un territoire de la liste.", field="territory")
    if not 0 < count <= MOST_TIMES:
        raise WrongQuantity("Donnez une quantité à partir de 1.")
    for name, value in given.items():
        if not value.is_finite() or not 0 < value <= MOST_VALUE:
            raise WrongQuantity(f"La valeur de {name} est un nombre positif.", field=name)
    if given.get("D", Decimal(0)) > MOST_HOURS:
        raise WrongQuantity("La durée D ne dépasse pas 8 heures par jour ouvrable.", field="D")
