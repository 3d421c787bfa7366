"""French public holidays: the eleven of the labour code, and Alsace-Moselle's two."""

from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter


# Code du travail, article L3133-1: the legal holidays of the whole country.
FIXED = {
    (1, 1): "1er janvier",
    (5, 1): "1er mai",
    (5, 8): "8 mai",
    (7, 14): "14 juillet",
    (8, 15): "Assomption",
    (11, 1): "Toussaint",
    (11, 11): "11 novembre",
    (12, 25): "Noël",
}
AFTER_EASTER = {1: "lundi de Pâques", 39: "Ascension", 50: "lundi de Pentecôte"}
# Code du travail, article L3134-13: added in Moselle, Bas-Rhin and Haut-Rhin.
ALSACE_MOSELLE_FIXED = {(12, 26): "26 décembre (Alsace-Moselle)"}
ALSACE_MOSELLE_EASTER = {-2: "Vendredi saint (Alsace-Moselle)"}


@lru_cache(maxsize=512)
def public_holidays(year: int, alsace_moselle: bool = False) -> dict[date, str]:
    """Return the public holidays of a year, with their names.

    Days that overseas territories add (code du travail, L3422-2) are not counted: the
    tariffs' texts say « jours fériés » without naming them.
    """
    fixed = FIXED | (ALSACE_MOSELLE_FIXED if alsace_moselle else {})
    moving = AFTER_EASTER | (ALSACE_MOSELLE_EASTER if alsace_moselle else {})
    sunday = easter(year)
    days = {date(year, month, day): name for (month, day), name in fixed.items()}
    # In 2008 Ascension fell on 1 May: one day, two names, still one holiday.
    return days | {sunday + timedelta(days=n): name for n, name in moving.items()}


def holiday_name(day: date, alsace_moselle: bool = False) -> str:
    """Return the holiday's name, empty when the day is none."""
    return public_holidays(day.year, alsace_moselle).get(day, "")


def is_weekend_or_holiday(day: date, alsace_moselle: bool = False) -> bool:
    """Return whether it is a Saturday, a Sunday or a public holiday (A43-7 counts them together)."""
    saturday = 5
    return day.weekday() >= saturday or bool(holiday_name(day, alsace_moselle))


def working_day_on_or_after(day: date) -> date:
    """Return the day itself, or the first after it that is no Saturday, Sunday nor public holiday."""
    while is_weekend_or_holiday(day):
        day += timedelta(days=1)
    return day
