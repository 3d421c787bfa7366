"""Surcharges and reductions in euros: their formula worked out on the tariffs they apply to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from communaute.domain.tariffs.amounts import Worth, worth
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.parameters import METROPOLE
from communaute.domain.tariffs.values import Row


# The name, in a formula, of the tariff to which it applies.
BASE = "base"


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
