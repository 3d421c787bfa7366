"""Days and hours in words, as pages and mails write them. Hours are those of Paris.

What is written has U+00A0 inside a date and inside an hour, so that neither is cut by a line.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


PARIS = ZoneInfo("Europe/Paris")
FIXED = "\u00a0"
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_NEAR = ("aujourd’hui", "hier")
_YEAR = 12
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def in_paris(moment: datetime) -> datetime:
    """The moment in Paris. Raises ValueError for a datetime without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment shown to people must have a time zone")
    return moment.astimezone(PARIS)


def is_skipped(shown: datetime) -> bool:
    """Whether no clock of France ever shows this hour (without a zone): summer time jumps over it."""
    moment = shown.replace(tzinfo=PARIS).astimezone(UTC)
    return moment.astimezone(PARIS).replace(tzinfo=None) != shown


def date_in_words(day: date) -> str:
    """`1er août 2026`. A datetime is taken in Paris."""
    day = _local_day(day)
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{FIXED}{month_in_words(day)}"


def weekday_in_words(day: date) -> str:
    """`mardi 8 décembre 2026`. A datetime is taken in Paris."""
    day = _local_day(day)
    return f"{WEEKDAYS[day.weekday()]} {date_in_words(day)}"


def month_in_words(day: date) -> str:
    """`décembre 2026`. A datetime is taken in Paris."""
    day = _local_day(day)
    return f"{MONTHS[day.month - 1]}{FIXED}{day.year}"


def hour_in_words(moment: datetime) -> str:
    """`9 h 05`, in Paris."""
    local = in_paris(moment)
    return f"{local.hour}{FIXED}h{FIXED}{local.minute:02}"


def moment_in_words(moment: datetime) -> str:
    """`1er août 2026 à 9 h 05`, in Paris."""
    return f"{date_in_words(moment)} à {hour_in_words(moment)}"


def speaks_of(period: str) -> str:
    """What a page says of its time: `parle de l’automne 2020`, `parle du printemps 2021`, `vaut depuis 2025`."""
    if period.startswith("depuis "):
        return f"vaut {period}"
    if period.startswith("printemps"):
        return f"parle du {period}"
    return f"parle de l’{period}" if period[:1] in "aeéhio" else f"parle de {period}"


def age_in_words(day: date, today: date) -> str:
    """`aujourd’hui`, `hier`, `il y a 5 jours`, `il y a 2 mois`, `il y a 6 ans`; `à venir` after today.

    Months and years are whole ones, as people count them: from the same day of the month.
    """
    days = (today - day).days
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    if days < 0:
        return "à venir"
    if days < len(_NEAR):
        return _NEAR[days]
    if months < 1:
        return f"il y a {days}{FIXED}jours"
    if months < _YEAR:
        return f"il y a {months}{FIXED}mois"
    years = months // _YEAR
    return f"il y a {years}{FIXED}an{'s' if years > 1 else ''}"


def _local_day(day: date) -> date:
    return in_paris(day).date() if isinstance(day, datetime) else day
