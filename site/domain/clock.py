"""What time it is: one place, so that a test can say it."""

from datetime import UTC, date, datetime, timedelta

from communaute.french import dates


PARIS = dates.PARIS
# How far the clocks of our hosts may be apart.
APART = timedelta(minutes=5)


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day in Paris: truth dates and deadlines are French."""
    return now().astimezone(PARIS).date()


def is_recent(moment: datetime | None, now: datetime, within: timedelta) -> bool:
    """Whether something happened within a delay.

    What a clock that was ahead has dated in the future did not: else nobody could ask again before that day.
    """
    return moment is not None and now - within < moment <= now + APART
