"""Dates and places in French words, for the log and for mails. Hours are Paris's."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from babel.dates import format_date

from communaute.domain.clock import PARIS
from communaute.models.trainings import SessionPair, TrainingSession


FIXED = "\u00a0"


@lru_cache(maxsize=1024)
def day(moment: datetime) -> str:
    """`mardi 8 décembre 2026`."""
    local = moment.astimezone(PARIS)
    number = "1er" if local.day == 1 else str(local.day)
    rest = format_date(local, "MMMM y", locale="fr").replace(" ", FIXED)
    return f"{format_date(local, 'EEEE', locale='fr')} {number}{FIXED}{rest}"


def hour(moment: datetime) -> str:
    """`9 h 30`."""
    local = moment.astimezone(PARIS)
    return f"{local.hour}{FIXED}h{FIXED}{local.minute:02}"


def day_and_hour(moment: datetime) -> str:
    """`mardi 8 décembre 2026 à 9 h 30`."""
    return f"{day(moment)} à {hour(moment)}"


def session(each: TrainingSession) -> str:
    """`mardi 8 décembre 2026, de 9 h 30 à 11 h 00`."""
    return f"{day(each.starts_at)}, de {hour(each.starts_at)} à {hour(each.ends_at)}"


def on_pair(each: SessionPair) -> str:
    """`le mardi 8 décembre 2026 et le mardi 15 décembre 2026`."""
    return _days(each, "le")


def of_pair(each: SessionPair) -> str:
    """`du mardi 8 décembre 2026 et du mardi 15 décembre 2026`."""
    return _days(each, "du")


def _days(each: SessionPair, article: str) -> str:
    return " et ".join(f"{article} {day(one.starts_at)}" for one in each.sessions)


def rank(number: int) -> str:
    """`1re`, `2e`: of a person (« la 2e personne »)."""
    return "1re" if number == 1 else f"{number}e"


def places(count: int) -> str:
    """`1 place`, `3 places`, `aucune place`."""
    if count == 0:
        return "aucune place"
    return f"{count}{FIXED}place{'s' if count > 1 else ''}"


def people(count: int) -> str:
    """`1 personne`, `3 personnes`."""
    return f"{count}{FIXED}personne{'s' if count > 1 else ''}"


def listed(texts: Sequence[str]) -> str:
    """`a, b et c`."""
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} et {texts[-1]}"
