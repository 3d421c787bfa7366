"""What a row comes to on a date: its amount, its formula worked out, or its surcharge on its bases.

The formula is worked out with the values that only the visitor knows (experts, operators).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import MissingValue, UnknownName, WrongQuantity
from communaute.domain.tariffs.formulas import (
    METROPOLE,
    ON_QUOTE,
    TERRITORIES,
    Parameters,
    in_french,
    parse,
)
from communaute.domain.tariffs.values import Parameter, Row, to_cents


# The name, in a formula, of the tariff to which it applies.
BASE = "base"


@dataclass(frozen=True, slots=True)
class Worth:
    """What a row comes to. `amount` is None when the law or a letter gives none.

    `sum` spells the formula with its values; `missing` names the letters to give; `why`
    is the sentence about them; `letters` are the dated values that the sum rests on.
    """

    amount: Decimal | None
    sum: str = ""
    missing: tuple[str, ...] = ()
    why: str = ""
    free: bool = False
    letters: tuple[Parameter, ...] = ()


def worth(
    row: Row,
    day: date,
    parameters: Parameters,
    given: Mapping[str, Decimal] | None = None,
    territory: str = METROPOLE,
) -> Worth:
    """Return what a row comes to on a day, with the values that the visitor gives.

    Source of the rounding: none is written; euros are rounded to the cent, half up (ours).
    """
    if row.formula == ON_QUOTE:
        return Worth(
            None, why="Le texte ne fixe pas de prix : la prestation se paie sur devis.", free=True
        )
    if row.amount is not None and (territory == METROPOLE or not row.formula):
        return Worth(row.amount)
    formula = parse(row.formula)
    # What the law fixes prevails: a link must not lend this site a value of its author's.
    values = {**(given or {}), **parameters.known(formula.names(), day, territory)}
    missing = tuple(name for name in formula.names() if name not in values)
    if missing:
        return Worth(None, missing=missing, why=parameters.question(missing, day))
    amount = to_cents(formula.evaluate(values))
    spelled = f"{formula.spelled(values)} = {in_french(amount)} €"
    letters = (parameters.entry(name, day, territory) for name in formula.names())
    used = tuple(entry for entry in letters if entry is not None)
    return Worth(amount, spelled, letters=used)


@dataclass(frozen=True, slots=True)
class Applied:
    """A surcharge on one of its bases: the base's row, euros, the sum spelt out."""

    base: Row
    amount: Decimal
    sum: str


def on_bases(catalogue: Catalogue, row: Row, day: date) -> tuple[Applied, ...]:
    """Return what a surcharge or a reduction comes to on each base that has an amount that day."""
    found = []
    for series in row.bases:
        base = catalogue.on(series, day)
        if base is None or base.amount is None:
            continue
        done = worth(row, day, catalogue.parameters, {BASE: base.amount})
        if done.amount is not None:
            found.append(Applied(base, done.amount, done.sum))
    return tuple(found)


def valued(
    catalogue: Catalogue,
    row: Row,
    day: date,
    given: Mapping[str, Decimal] | None = None,
    territory: str = METROPOLE,
) -> Worth:
    """Return what a row comes to on a day; a surcharge with a single base comes to euros.

    With several bases the surcharge has no amount of its own: `on_bases` gives each.
    """
    known = dict(given or {})
    applied = on_bases(catalogue, row, day)
    if len(applied) == 1 and applied[0].base.amount is not None:
        known[BASE] = applied[0].base.amount
    return worth(row, day, catalogue.parameters, known, territory)


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
