"""What one person chose, as a value; and when their next digest is due."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from communaute.domain.notifications.topics import Topic
from communaute.french.dates import PARIS, in_paris
from communaute.french.holidays import working_day_on_or_after


# Our own rule: nobody is written to at night, and the hours that clocks skip or repeat are not offered.
HOURS = range(6, 21)
DEFAULT_HOUR = 8


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The settings. `receives` is the one box; the rest says what and when.

    `next_structures` says whether structures joined later are followed; `exceptions` are the
    structures, by number, for which the contrary holds.
    """

    receives: bool = False
    weekly: bool = False
    hour: int = DEFAULT_HOUR
    working_days: bool = True
    silenced: frozenset[Topic] = frozenset()
    next_structures: bool = True
    exceptions: frozenset[int] = frozenset()

    def wants(self, topic: Topic, structure_id: int) -> bool:
        """Whether news of a topic and a structure are wanted, were the box ticked."""
        return topic not in self.silenced and self.follows(structure_id)

    def follows(self, structure_id: int) -> bool:
        """Whether a structure is followed."""
        return self.next_structures != (structure_id in self.exceptions)

    def falls_on(self, day: date) -> bool:
        """Whether a digest is due on a day: each, or Monday; the next working day in its stead."""
        if self.weekly:
            monday = day - timedelta(days=day.weekday())
            return day == (working_day_on_or_after(monday) if self.working_days else monday)
        return not self.working_days or day == working_day_on_or_after(day)

    def due_after(self, moment: datetime) -> datetime:
        """The first moment after another at which a digest is due.

        Counted in days and hours of Paris: « the same hour tomorrow » may be 23 or 25 hours later.
        """
        day = in_paris(moment).date()
        while True:
            due = datetime.combine(day, time(self.hour), PARIS).astimezone(UTC)
            if due > moment and self.falls_on(day):
                return due
            day += timedelta(days=1)

    def due_between(self, after: datetime, until: datetime) -> list[datetime]:
        """Every moment at which a digest is due, after one moment and up to another."""
        found: list[datetime] = []
        due = self.due_after(after)
        while due <= until:
            found.append(due)
            due = self.due_after(due)
        return found

    @property
    def rhythm(self) -> str:
        """When one is written to, in words: « chaque jour ouvré à 8 h »."""
        if self.weekly:
            day = "chaque lundi (ou le premier jour ouvré)" if self.working_days else "chaque lundi"
        else:
            day = "chaque jour ouvré" if self.working_days else "chaque jour"
        return f"{day} à {self.hour} h"


def by_day(now: datetime) -> datetime:
    """Now, or the next morning: nobody is written to at night."""
    morning = Choices(hour=DEFAULT_HOUR, working_days=False)
    return now if in_paris(now).hour in HOURS else morning.due_after(now)
