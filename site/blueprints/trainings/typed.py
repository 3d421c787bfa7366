"""What an organiser types, read: days, hours, numbers. Hours are those of clocks in Paris."""

import re
from datetime import date, datetime, time

from communaute.domain.errors import DomainError
from communaute.domain.trainings.people import one_line


DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y")
HOUR = re.compile(r"(\d{1,2})\s*(?:[:hH]\s*(\d{2})?)?")


class Unreadable(DomainError):
    """Not what the field asks for; the sentence gives an example."""


def day(text: str) -> date:
    """A day, as a browser's field sends it or as people write it. Raises Unreadable."""
    for form in DAY_FORMS:
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007  # a day, not a moment
        except ValueError:
            continue
    raise Unreadable("Donnez une date qui existe, par exemple 08/12/2026.")


def hour(text: str) -> time:
    """An hour: `10:30`, `10 h 30`, `10 h`. Raises Unreadable."""
    match = HOUR.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        return time(int(match[1]), int(match[2] or 0))
    except ValueError:
        raise Unreadable("Donnez une heure, par exemple 10:30 ou 10 h 30.") from None


def whole(text: str, least: int, most: int) -> int:
    """A whole number between two. Raises Unreadable."""
    typed = text.strip()
    if typed.isascii() and typed.isdigit() and len(typed) < 6 and least <= int(typed) <= most:
        return int(typed)
    raise Unreadable(f"Donnez un nombre entier, de {least} à {most}.")


def sentence(text: str, most: int) -> str:
    """A sentence on one line, without what cannot be printed. Raises Unreadable."""
    said = one_line(text)
    if len(said) > most:
        raise Unreadable(f"{len(said)} caractères\u202f: raccourcissez à {most} au plus.")
    return said
