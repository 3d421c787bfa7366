"""What an interpreting mission is paid (code de procédure pénale, A43-7), hour by hour."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.clock_hours import Band, StartedHour, local_day, started_hours
from communaute.domain.tariffs.errors import MissingOption, NoTariff, WrongDate
from communaute.domain.tariffs.formulas import in_french, parse
from communaute.domain.tariffs.values import Row, to_cents


# The calculator starts with the tariff of 2008; earlier rows are only shown.
FIRST_DAY = date(2008, 9, 11)
# A43-7 as changed by the arrêté of 24 December 2020: a ready-made grid, two regimes.
GRID_FROM = date(2021, 1, 1)
BASE = "interpretation-heure"
FIRST_HOUR, NIGHT, WEEKEND = (
    *("interpretation-premiere-heure", "interpretation-nuit"),
    "interpretation-week-end",
)


@dataclass(frozen=True, slots=True)
class Rate:
    """What one hour is paid: euros, the base row, the surcharges, the sum spelt out."""

    euros: Decimal
    tariff: Row
    supplements: tuple[Row, ...]
    spelled: str


@dataclass(frozen=True, slots=True)
class Line:
    """Hours that follow each other at one rate. `start` and `end` are local times."""

    start: datetime
    end: datetime
    hours: int
    rate: Rate
    straddling: int

    @property
    def amount(self) -> Decimal:
        """Euros for these hours."""
        return to_cents(self.rate.euros * self.hours)


@dataclass(frozen=True, slots=True)
class Mission:
    """A mission's lines; `other_reading` is the total if a straddling hour followed its end."""

    ordered: date
    lines: tuple[Line, ...]
    other_reading: Decimal

    @property
    def total(self) -> Decimal:
        """Euros for the whole mission, before travel and taxes."""
        return to_cents(sum((line.amount for line in self.lines), Decimal(0)))

    @property
    def hours(self) -> int:
        """Hours due."""
        return sum(line.hours for line in self.lines)

    @property
    def straddling(self) -> int:
        """Hours that lie in two bands."""
        return sum(line.straddling for line in self.lines)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row used, once."""
        used = (row for line in self.lines for row in (line.rate.tariff, *line.rate.supplements))
        return tuple(dict.fromkeys(used))


def interpret(
    catalogue: Catalogue,
    ordered: date,
    start: datetime,
    end: datetime,
    option: bool | None = None,
    alsace_moselle: bool = False,
) -> Mission:
    """Return what a mission is paid.

    `ordered` is the requisition's date: the whole mission has that date's tariff (A43-7 counts
    from the date of the requisition). Raises WrongDate, MissingOption, NoTariff.
    """
    check_order(ordered, start, option)
    hours = list(started_hours(start, end, alsace_moselle))
    rates = _Rates(catalogue, ordered, option)
    other = sum((rates.of(hour.first, hour.last_band).euros for hour in hours), Decimal(0))
    return Mission(ordered, tuple(_lines(hours, rates)), to_cents(other))


def check_order(ordered: date, start: datetime, option: bool | None) -> None:
    """Refuse a requisition that the calculator cannot serve. Raises WrongDate, MissingOption."""
    if ordered < FIRST_DAY:
        raise NoTariff(
            "Le calcul commence avec les réquisitions du 11 septembre 2008 : avant, les "
            "tarifs de l’article R122 sont affichés, mais pas calculés.",
            field="ordered",
        )
    if local_day(start) < ordered:
        raise WrongDate(
            "L’intervention commence avant la réquisition : vérifiez les deux dates.",
            field="start",
        )
    if ordered >= GRID_FROM and option is None:
        raise MissingOption(
            "Depuis le 1er janvier 2021, le tarif dépend du droit d’option : dites si "
            "vous l’avez exercé.",
            field="option",
        )


def _lines(hours: Sequence[StartedHour], rates: "_Rates") -> Iterable[Line]:
    for rate, group in groupby(hours, key=lambda hour: rates.of(hour.first, hour.band)):
        same = list(group)
        straddling = sum(hour.straddles for hour in same)
        yield Line(_naive(same[0].start), _naive(same[-1].stop), len(same), rate, straddling)


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


class _Rates:
    """The rates of one requisition, each worked out once."""

    def __init__(self, catalogue: Catalogue, ordered: date, option: bool | None) -> None:
        self.catalogue, self.ordered, self.option = catalogue, ordered, option
        self.known: dict[tuple[bool, Band], Rate] = {}

    def of(self, first: bool, band: Band) -> Rate:
        """Return the rate of an hour of that band."""
        key = (first, band)
        if key not in self.known:
            grid = self.ordered >= GRID_FROM
            self.known[key] = self._grid(first, band) if grid else self._surcharged(first, band)
        return self.known[key]

    def _grid(self, first: bool, band: Band) -> Rate:
        series = grid_series(first, band, bool(self.option))
        row = self.catalogue.required(series, self.ordered)
        amount = row.amount or Decimal(0)
        return Rate(to_cents(amount), row, (), in_french(to_cents(amount)))

    def _surcharged(self, first: bool, band: Band) -> Rate:
        """Each surcharge is worked out on the base rate, and they add up (A43-7 until 2020)."""
        base = self.catalogue.required(BASE, self.ordered)
        amount = base.amount or Decimal(0)
        names = ((FIRST_HOUR, first), (NIGHT, band.night), (WEEKEND, band.weekend))
        rows = tuple(self.catalogue.required(name, self.ordered) for name, due in names if due)
        extra = sum((parse(row.formula).evaluate({"base": Decimal(1)}) for row in rows), Decimal(1))
        return Rate(
            to_cents(amount * extra), base, rows, f"{in_french(amount)} × {in_french(extra)}"
        )


def grid_series(first: bool, band: Band, option: bool) -> str:
    """Return the series of the 2021 grid for an hour."""
    return "-".join(
        (
            "interpretation",
            "week-end" if band.weekend else "semaine",
            "nuit" if band.night else "jour",
            "premiere-heure" if first else "heure-suivante",
            "option" if option else "sans-option",
        )
    )
