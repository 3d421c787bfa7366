"""What an interpreting mission is paid (code de procédure pénale, A43-7), hour by hour.

A mission is cut into started hours, in French local time, across clock changes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby

from communaute.domain.clock import PARIS
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import MissingOption, NoTariff, WrongDate
from communaute.domain.tariffs.formulas import in_french, parse
from communaute.domain.tariffs.values import Row, to_cents
from communaute.french.dates import is_skipped
from communaute.french.holidays import is_weekend_or_holiday


# The calculator starts with the tariff of 2008; earlier rows are only shown.
FIRST_DAY = date(2008, 9, 11)
# A43-7 as changed by the arrêté of 24 December 2020: a ready-made grid, two regimes.
GRID_FROM = date(2021, 1, 1)
BASE = "interpretation-heure"
FIRST_HOUR, NIGHT, WEEKEND = (
    *("interpretation-premiere-heure", "interpretation-nuit"),
    "interpretation-week-end",
)
HOUR = timedelta(hours=1)
# A43-7: night is from 22 h to 7 h.
NIGHT_STARTS, NIGHT_ENDS = time(22), time(7)
LONGEST = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Band:
    """The kind of hour: what A43-7 distinguishes."""

    night: bool
    weekend: bool


@dataclass(frozen=True, slots=True)
class StartedHour:
    """One hour due: when it begins, where it really stops, the band in which it begins and ends."""

    start: datetime
    stop: datetime
    first: bool
    band: Band
    last_band: Band


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
    if in_paris(start).astimezone(PARIS).date() < ordered:
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
        straddling = sum(hour.band != hour.last_band for hour in same)
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
        names = (
            "interpretation",
            "week-end" if band.weekend else "semaine",
            "nuit" if band.night else "jour",
            "premiere-heure" if first else "heure-suivante",
            "option" if self.option else "sans-option",
        )
        row = self.catalogue.required("-".join(names), self.ordered)
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


def started_hours(start: datetime, end: datetime, alsace_moselle: bool) -> Iterator[StartedHour]:
    """Yield the hours due from `start` to `end`, counted from the start, once each.

    The last is due in full though only started (A43-7: toute heure commencée est due). Hours
    are real hours of presence: the night of a clock change has one more or one less. The
    band is that of the moment at which the hour begins (our rule: the text says nothing).
    Raises WrongDate.
    """
    begin, finish = in_paris(start), in_paris(end)
    _check(begin, finish)
    moment = begin
    while moment < finish:
        stop = min(moment + HOUR, finish)
        last = (stop - timedelta(microseconds=1)).astimezone(PARIS)
        yield StartedHour(
            start=moment.astimezone(PARIS),
            stop=stop.astimezone(PARIS),
            first=moment == begin,
            band=band_of(moment.astimezone(PARIS), alsace_moselle),
            last_band=band_of(last, alsace_moselle),
        )
        moment += HOUR


def in_paris(moment: datetime) -> datetime:
    """Return a local French time (or a time with its offset) as a moment in UTC.

    Raises WrongDate for a time that the change to summer time skipped, or outside the calendar.
    """
    try:
        found = (moment if moment.tzinfo else moment.replace(tzinfo=PARIS)).astimezone(UTC)
        skipped = moment.tzinfo is None and is_skipped(moment)
    except OverflowError:
        raise WrongDate("Cette date sort du calendrier : corrigez l’année.") from None
    if skipped:
        raise WrongDate(
            f"{moment:%H h %M} n’existe pas ce jour-là : on passe à l’heure d’été. "
            "Corrigez l’heure."
        )
    return found


def _check(start: datetime, end: datetime) -> None:
    if end == start:
        raise WrongDate("Le début et la fin sont la même heure : corrigez l’une des deux.")
    if end < start:
        raise WrongDate("La fin est avant le début : corrigez l’une des deux heures.")
    if end - start > LONGEST:
        days = (end - start).days
        raise WrongDate(
            f"La présence dure {days} jours : au-delà de {LONGEST.days} jours, ce calcul "
            "n’a plus de sens. Saisissez chaque intervention séparément."
        )


def band_of(moment: datetime, alsace_moselle: bool) -> Band:
    """Return the band of a local time."""
    clock, day = moment.time(), moment.date()
    night = clock >= NIGHT_STARTS or clock < NIGHT_ENDS
    return Band(night, is_weekend_or_holiday(day, alsace_moselle))
