"""How an amount moved through time: one point a period, or one a year when the SMIC counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from communaute.domain.tariffs.amounts import valued
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.formulas import ON_QUOTE, parse
from communaute.domain.tariffs.values import Row


YEARLY = "S"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Point:
    """What a row was worth from a day (None: unknown) until another (None: no known end)."""

    row: Row
    valid_from: date | None
    valid_until: date | None
    amount: Decimal | None
    sum: str = ""


def history(catalogue: Catalogue, series: str, today: date) -> tuple[Point, ...]:
    """Return the points of a series and of those it follows, oldest first."""
    rows = catalogue.history(series)
    return tuple(point for row in rows for point in _points(catalogue, row, today))


def _points(catalogue: Catalogue, row: Row, today: date) -> Iterator[Point]:
    has_letters = row.formula not in ("", ON_QUOTE)
    if has_letters and parse(row.formula).names() == (YEARLY,) and row.valid_from is not None:
        last = row.valid_until or today
        for year in range(row.valid_from.year, last.year + 1):
            day, year_end = max(row.valid_from, date(year, 1, 1)), date(year, 12, 31)
            found = valued(catalogue, row, day)
            last_day = min(row.valid_until or year_end, year_end)
            yield Point(row, day, last_day, found.amount, found.sum)
        return
    for start, end in _letter_periods(catalogue, row) or _base_periods(catalogue, row):
        found = valued(catalogue, row, start or end or today)
        yield Point(row, start, end, found.amount, found.sum)


def _letter_periods(catalogue: Catalogue, row: Row) -> list[tuple[date, date | None]]:
    """Cut a row's period where a letter of its formula takes another value, or loses it."""
    if row.amount is not None or row.formula in ("", ON_QUOTE) or row.valid_from is None:
        return []
    last = row.valid_until or date.max
    cuts = {row.valid_from}
    for name in parse(row.formula).names():
        for entry in catalogue.parameters.entries(name):
            if entry.value is not None:
                after = entry.valid_until + DAY if entry.valid_until else None
                cuts |= {day for day in (entry.valid_from, after) if day}
    starts = sorted(day for day in cuts if row.valid_from <= day <= last)
    ends = [day - DAY for day in starts[1:]]
    return list(zip(starts, [*ends, row.valid_until], strict=True)) if ends else []


def _base_periods(catalogue: Catalogue, row: Row) -> Iterator[tuple[date | None, date | None]]:
    """Cut a surcharge's period where its only base changes; another row keeps its period."""
    bases = catalogue.periods(row.bases[0]) if len(row.bases) == 1 else ()
    inside = [
        base
        for base in bases
        if (base.valid_from or date.min) <= (row.valid_until or date.max)
        and (row.valid_from or date.min) <= (base.valid_until or date.max)
    ]
    if not inside or row.valid_from is None:
        yield row.valid_from, row.valid_until
        return
    for base in inside:
        start = max(base.valid_from or row.valid_from, row.valid_from)
        ends = [end for end in (base.valid_until, row.valid_until) if end is not None]
        yield start, min(ends, default=None)
