"""What a row comes to on a date: its amount, its formula worked out, or its surcharge on its bases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import MissingValue
from communaute.domain.tariffs.formulas import ON_QUOTE, in_french, parse
from communaute.domain.tariffs.parameters import METROPOLE, Parameters
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
    return _worked_out(row, day, parameters, dict(given or {}), territory)


def _worked_out(
    row: Row, day: date, parameters: Parameters, given: dict[str, Decimal], territory: str
) -> Worth:
    formula = parse(row.formula)
    # What the law fixes prevails: a link must not lend this site a value of its author's.
    values = given | parameters.known(formula.names(), day, territory)
    missing = tuple(name for name in formula.names() if name not in values)
    if missing:
        return Worth(None, missing=missing, why=_why(missing, day, parameters))
    amount = to_cents(formula.evaluate(values))
    spelled = f"{formula.spelled(values)} = {in_french(amount)} €"
    letters = (parameters.entry(name, day, territory) for name in formula.names())
    used = tuple(entry for entry in letters if entry is not None)
    return Worth(amount, spelled, letters=used)


def _why(missing: tuple[str, ...], day: date, parameters: Parameters) -> str:
    letters = [name for name in missing if not parameters.is_quantity(name)]
    try:
        for name in letters or missing:
            parameters.value(name, day)
    except MissingValue as question:
        return str(question)
    return ""


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
    applied = on_bases(catalogue, row, day)
    alone = {BASE: applied[0].base.amount} if len(applied) == 1 else {}
    known = {name: value for name, value in alone.items() if value is not None}
    return worth(row, day, catalogue.parameters, {**(given or {}), **known}, territory)
