"""A month as weeks from Monday to Sunday, with what happens on each day."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from communaute.domain.trainings.listing import SessionView
from communaute.domain.trainings.overview import PairSummary
from communaute.french.dates import PARIS, month_in_words


EARLIEST, LATEST = 2000, 2100


@dataclass(frozen=True)
class Meeting:
    """One session on one day, of a pair."""

    session: SessionView
    row: PairSummary


@dataclass(frozen=True)
class Day:
    """A square of the calendar."""

    date: date
    inside: bool
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True)
class Month:
    """A month; any day of it names it."""

    day: date

    @classmethod
    def of(cls, key: str, today: date) -> "Month | None":
        """From `2026-11`; this month when nothing is said, None when it cannot be read."""
        if not key:
            return cls(today)
        try:
            first = date.fromisoformat(f"{key}-01")
        except ValueError:
            return None
        return cls(first) if EARLIEST <= first.year <= LATEST else None

    @property
    def first(self) -> date:
        """Its first day."""
        return self.day.replace(day=1)

    @property
    def key(self) -> str:
        """`2026-11`."""
        return f"{self.day:%Y-%m}"

    @property
    def name(self) -> str:
        """`novembre 2026`."""
        return month_in_words(self.first)

    @property
    def before(self) -> "Month":
        """The month before."""
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def after(self) -> "Month":
        """The month after."""
        return Month((self.first + timedelta(days=31)).replace(day=1))

    def weeks(self, rows: Iterable[PairSummary]) -> list[list[Day]]:
        """The weeks, each of seven days, with the sessions of the rows in their order."""
        meetings = [Meeting(session, row) for row in rows for session in row.pair.sessions]
        meetings.sort(key=lambda meeting: (meeting.session.starts_at, meeting.row.pair.id))
        weeks = calendar.Calendar().monthdatescalendar(self.day.year, self.day.month)
        return [[self._square(each, meetings) for each in week] for week in weeks]

    def _square(self, each: date, meetings: list[Meeting]) -> Day:
        here = [m for m in meetings if m.session.starts_at.astimezone(PARIS).date() == each]
        return Day(each, each.month == self.day.month, tuple(here))
