"""What time it is: one place, so that a test can say it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day in Paris: truth dates and deadlines are French."""
    return datetime.now(PARIS).date()
