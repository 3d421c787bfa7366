"""Kilometres by one's own car (arrêté of 3 July 2006): a yearly scale, by fiscal power."""

import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import NoTariff, WrongQuantity
from communaute.domain.tariffs.formulas import in_french
from communaute.domain.tariffs.values import Row, to_cents


# The rates that ended on 31 December 2021 were set in February 2019, on a day that was not read.
FIRST_DAY = date(2019, 3, 1)
# Kilometres of the calendar year up to which each bracket goes.
BRACKETS = ((1, Decimal(2_000)), (2, Decimal(10_000)), (3, Decimal("Infinity")))
# The scale of each fiscal power (CV), up to which it goes.
POWERS = ((5, "5cv"), (7, "6-7cv"), (math.inf, "8cv"))
MOST = Decimal(200_000)


@dataclass(frozen=True, slots=True)
class Leg:
    """Kilometres of one bracket."""

    km: Decimal
    tariff: Row

    @property
    def amount(self) -> Decimal:
        """Euros for these kilometres."""
        return to_cents(self.km * (self.tariff.amount or Decimal(0)))

    @property
    def spelled(self) -> str:
        """The sum, in French."""
        return f"{in_french(self.km)} × {in_french(self.tariff.amount or Decimal(0))}"


@dataclass(frozen=True, slots=True)
class Travel:
    """A journey cut at the scale's steps."""

    day: date
    legs: tuple[Leg, ...]

    @property
    def total(self) -> Decimal:
        """Euros for the journey."""
        return to_cents(sum((leg.amount for leg in self.legs), Decimal(0)))

    @property
    def spelled(self) -> str:
        """The sum, in French."""
        return " + ".join(leg.spelled for leg in self.legs)


def travel(
    catalogue: Catalogue, day: date, power: int, km: Decimal, before: Decimal = Decimal(0)
) -> Travel:
    """Return what `km` kilometres are paid after `before` kilometres in the same calendar year.

    `power` is the car's fiscal power (CV). Raises NoTariff, WrongQuantity.
    """
    _check(day, power, km, before)
    scale = next(name for most, name in POWERS if power <= most)
    legs = []
    done, left = before, km
    for bracket, top in BRACKETS:
        inside = min(left, max(top - done, Decimal(0)))
        if inside > 0:
            row = catalogue.required(f"kilometre-{scale}-tranche-{bracket}", day)
            legs.append(Leg(inside, row))
            done, left = done + inside, left - inside
    return Travel(day, tuple(legs))


def _check(day: date, power: int, km: Decimal, before: Decimal) -> None:
    if day < FIRST_DAY:
        raise NoTariff(
            "Le barème connu ici a été fixé en février 2019 : avant mars 2019, les "
            "taux n’ont pas été lus.",
            field="day",
        )
    if power < 1:
        raise WrongQuantity(
            "Donnez la puissance fiscale de la voiture, en CV (1 ou plus).", field="power"
        )
    if not 0 <= before <= MOST:
        raise WrongQuantity(
            "Kilomètres déjà payés : donnez un nombre de 0 à 200 000.", field="before"
        )
    if not 0 < km <= MOST:
        raise WrongQuantity("Donnez un nombre de kilomètres au-dessus de 0, jusqu’à 200 000.")
