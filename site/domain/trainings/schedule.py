"""From hours on Paris's clocks to moments in UTC, across clock changes."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from communaute.domain.clock import PARIS
from communaute.domain.trainings.errors import InvalidCapacity, InvalidDates, InvalidPlace
from communaute.domain.trainings.values import PairPlan, SessionTimes
from communaute.domain.web_addresses import is_https
from communaute.models.trainings import TrainingSession


SESSION_MINUTES = 90
MINUTES, COUNT, WEEKS = range(15, 481), range(1, 53), range(1, 53)
MOST_PLACES = 10_000
LONGEST_URL, LONGEST_PLACE = 500, 200


def in_utc(day: date, at: time) -> datetime:
    """The moment when Paris's clocks show this hour, in UTC.

    Of the hour that comes twice in October, the first. Raises InvalidDates for the hour that
    March skips: no clock shows it.
    """
    local = datetime.combine(day, at, PARIS)
    moment = local.astimezone(UTC)
    if moment.astimezone(PARIS).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise InvalidDates(
            f"Le {day:%d/%m/%Y}, l’heure d’été commence\u202f: {at:%H} h {at:%M} n’existe pas ce jour-là."
        )
    return moment


def session_times(day: date, at: time, minutes: int = SESSION_MINUTES) -> SessionTimes:
    """One session of so many minutes. Raises InvalidDates."""
    if minutes not in MINUTES:
        raise InvalidDates(
            f"Une séance dure de {MINUTES[0]} à {MINUTES[-1]} minutes\u202f: {minutes} ne convient pas."
        )
    starts_at = in_utc(day, at)
    return SessionTimes(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes))


def plan_series(
    first_day: date,
    at: time,
    *,
    second_day: date | None,
    second_at: time | None = None,
    minutes: int = SESSION_MINUTES,
    count: int = 1,
    every_weeks: int = 1,
) -> tuple[PairPlan, ...]:
    """`count` pairs, every so many weeks, at the same hours on Paris's clocks.

    `second_day` None plans webinars. Across a clock change hours stay what people read on their
    clock. Raises InvalidDates (second session before the first ends, an hour that the change
    skips, a count out of 1 to 52, minutes out of 15 to 480).
    """
    if count not in COUNT or every_weeks not in WEEKS:
        raise InvalidDates("Créez de 1 à 52 dates, espacées de 1 à 52 semaines.")
    starts = [(first_day, at)]
    if second_day is not None:
        starts.append((second_day, second_at or at))
    return tuple(_plan(starts, timedelta(weeks=every_weeks * n), minutes) for n in range(count))


def _plan(starts: Sequence[tuple[date, time]], later: timedelta, minutes: int) -> PairPlan:
    sessions = tuple(session_times(day + later, at, minutes) for day, at in starts)
    check_order(sessions)
    return PairPlan(sessions=sessions)


def check_order(sessions: Sequence[SessionTimes]) -> None:
    """Each session ends after it begins, and begins after the one before. Raises InvalidDates."""
    if not sessions:
        raise InvalidDates("Donnez au moins une séance.")
    for each in sessions:
        if each.ends_at <= each.starts_at:
            raise InvalidDates("Une séance finit après son début.")
    for before, after in pairwise(sessions):
        if after.starts_at < before.ends_at:
            raise InvalidDates("La deuxième séance commence après la fin de la première.")


def check_to_come(sessions: Sequence[SessionTimes], now: datetime) -> None:
    """Raise InvalidDates when the first session has begun."""
    if sessions[0].starts_at <= now:
        raise InvalidDates("Cette date est passée. Choisissez une date à venir.")


def check_capacity(capacity: int, taken: int = 0) -> None:
    """Raise InvalidCapacity below one place, below those taken, or beyond reason."""
    if not 1 <= capacity <= MOST_PLACES:
        raise InvalidCapacity(f"Donnez un nombre de places de 1 à {MOST_PLACES}.")
    if capacity < taken:
        raise InvalidCapacity(
            f"{taken} places sont déjà prises\u202f: gardez-en au moins autant, ou annulez la session."
        )


def read_class_url(text: str) -> str:
    """The address of the virtual class, or nothing yet. Raises InvalidPlace."""
    url = text.strip()
    if url and not is_https(url, LONGEST_URL):
        raise InvalidPlace(
            "L’adresse de la classe virtuelle commence par «\u202fhttps://\u202f» et tient en 500 caractères."
        )
    return url


def read_place(text: str) -> str:
    """Where it is, in words, or nothing. Raises InvalidPlace."""
    place = " ".join(text.split())
    if len(place) > LONGEST_PLACE:
        raise InvalidPlace(f"Décrivez le lieu en {LONGEST_PLACE} caractères au plus.")
    return place


def check_move(old: Sequence[TrainingSession], new: Sequence[SessionTimes], now: datetime) -> None:
    """A session that has begun stays as it was; the others are to come. Raises InvalidDates."""
    if len(old) != len(new):
        raise InvalidDates("Donnez une date pour chaque séance\u202f: leur nombre ne change pas.")
    check_order(new)
    for before, after in zip(old, new, strict=True):
        same = (before.starts_at, before.ends_at) == (after.starts_at, after.ends_at)
        if before.starts_at <= now and not same:
            raise InvalidDates("La première séance a déjà eu lieu\u202f: sa date ne change plus.")
        if not same and after.starts_at <= now:
            raise InvalidDates("Cette date est passée. Choisissez une date à venir.")
