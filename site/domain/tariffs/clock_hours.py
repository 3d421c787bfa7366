"""A mission cut into started hours, in French local time, across clock changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from communaute.domain.clock import PARIS
from communaute.domain.tariffs.errors import WrongDate
from communaute.french.holidays import is_weekend_or_holiday


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

    @property
    def straddles(self) -> bool:
        """Return whether the time worked in this hour lies in two bands."""
        return self.band != self.last_band


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
        return _in_utc(moment)
    except OverflowError:
        raise WrongDate("Cette date sort du calendrier : corrigez l’année.") from None


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    aware = moment.replace(tzinfo=PARIS)
    if aware.astimezone(UTC).astimezone(PARIS).replace(tzinfo=None) != moment:
        raise WrongDate(
            f"{moment:%H h %M} n’existe pas ce jour-là : on passe à l’heure d’été. "
            "Corrigez l’heure."
        )
    return aware.astimezone(UTC)


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


def local_day(moment: datetime) -> date:
    """Return the French day of a time."""
    return in_paris(moment).astimezone(PARIS).date()
