"""What people type in the calculators, read: numbers, times, a yes or a no."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from communaute.domain.tariffs.dates import read_day
from communaute.domain.tariffs.errors import WrongDate, WrongQuantity
from communaute.web.dates import iso_day


YES_OR_NO = {"oui": True, "non": False}
LONGEST_NUMBER = 12


def optional_day(text: str, today: date) -> date | None:
    """A date as people write it, or nothing. Raises WrongDate."""
    return read_day(iso_day(text), today)


def day(text: str, today: date) -> date:
    """A date that must be given. Raises WrongDate."""
    read = optional_day(text, today)
    if read is None:
        raise WrongDate("Donnez la date, par exemple 31/12/2020.")
    return read


def moment(text: str) -> datetime:
    """A day and an hour, as the browser's field sends them or as people write them.

    Raises WrongDate.
    """
    typed = text.strip().replace(" à ", " ").replace(" h ", ":").replace("h", ":")
    for pattern in ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:"):
        try:
            return datetime.strptime(typed, pattern)  # noqa: DTZ007  # local French time
        except ValueError:
            continue
    raise WrongDate("Donnez le jour et l’heure, par exemple 31/12/2020 22:00.")


def number(text: str, what: str) -> Decimal:
    """A number, with a comma or a full stop. Raises WrongQuantity."""
    typed = "".join(text.split()).replace("\u202f", "").replace("\u00a0", "").replace(",", ".")
    try:
        read = Decimal(typed)
    except InvalidOperation:
        read = Decimal("NaN")
    if not read.is_finite() or "e" in typed.lower():
        raise WrongQuantity(f"{what}\u202f: donnez un nombre, par exemple 12,50.")
    if len(typed) > LONGEST_NUMBER:
        raise WrongQuantity(f"{what}\u202f: ce nombre a trop de chiffres.")
    return read


def whole(text: str, what: str) -> int:
    """A whole number. Raises WrongQuantity."""
    read = number(text, what)
    if read != read.to_integral_value():
        raise WrongQuantity(f"{what}\u202f: donnez un nombre entier.")
    return int(read)


def choice(text: str) -> bool | None:
    """Yes, no, or nothing said."""
    return YES_OR_NO.get(text)


def given(arguments: Mapping[str, str]) -> dict[str, str]:
    """The arguments that say something, to be kept with a calculation."""
    return {name: value for name, value in arguments.items() if value and name != "fragment"}
