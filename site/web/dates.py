"""French dates and numbers, as pages write them."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal


PARIS = ZoneInfo("Europe/Paris")
NO_BREAK = "\u00a0"


def french_date(day: date) -> str:
    """`1er août 2026`, with spaces that do not break. A datetime is taken in Paris."""
    if isinstance(day, datetime):
        day = in_paris(day).date()
    text = format_date(day, "d MMMM y", locale="fr")
    if day.day == 1:
        text = "1er" + text[1:]
    return text.replace(" ", NO_BREAK)


def french_datetime(moment: datetime) -> str:
    """`1er août 2026 à 9 h 05`, in Paris."""
    local = in_paris(moment)
    hour = format_time(local, "H'\u00a0h\u00a0'mm", locale="fr")
    return f"{french_date(local.date())} à {hour}"


def in_paris(moment: datetime) -> datetime:
    """The moment in Paris. Raises ValueError for a datetime without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment shown to people must have a time zone")
    return moment.astimezone(PARIS)


def french_number(value: int | Decimal | float, decimals: int | None = None) -> str:
    """`4 950 724` or `1,50`: narrow no-break spaces between thousands, a comma before decimals."""
    pattern = None if decimals is None else "#,##0." + "0" * decimals if decimals else "#,##0"
    return format_decimal(value, format=pattern, locale="fr")


def french_amount(value: Decimal) -> str:
    """`1 234,50 €`."""
    return french_number(value, 2) + NO_BREAK + "€"


def iso_day(typed: str) -> str:
    """A day typed as in France (`01/08/2026`) or given by the browser's calendar, in ISO form.

    Anything else is left as it is: the verb says what is wrong with it.
    """
    text = typed.strip()
    for form in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y"):
        try:
            # A day has no zone.
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007
        except ValueError:
            continue
    return text


def french_month(day: date) -> str:
    """`décembre 2026`."""
    return format_date(day, "MMMM y", locale="fr").replace(" ", NO_BREAK)
