"""When a digest is due: days and hours of Paris, working days, clocks that change."""

from datetime import UTC, date, datetime

import pytest

from communaute.domain.notifications.choices import HOURS, Choices
from communaute.domain.notifications.topics import OF_STATUS, Topic, topic_of
from communaute.domain.structures.events import EventKind
from communaute.domain.structures.statuses import STATUSES
from communaute.french.dates import PARIS
from communaute.french.holidays import working_day_on_or_after


def paris(*when: int) -> datetime:
    return datetime(*when, tzinfo=PARIS)  # type: ignore[arg-type,misc]


DAILY, EVERY_DAY = Choices(), Choices(working_days=False)
WEEKLY, MONDAYS = Choices(weekly=True), Choices(weekly=True, working_days=False)


@pytest.mark.parametrize(
    ("choices", "after", "due"),
    [
        # An ordinary day: before the hour, at the hour, after it.
        (DAILY, paris(2026, 11, 24, 7, 59), paris(2026, 11, 24, 8)),
        (DAILY, paris(2026, 11, 24, 8), paris(2026, 11, 25, 8)),
        # Friday evening, then the week-end.
        (DAILY, paris(2026, 11, 27, 18), paris(2026, 11, 30, 8)),
        (EVERY_DAY, paris(2026, 11, 27, 18), paris(2026, 11, 28, 8)),
        # 1 May 2026 is a Friday: nothing until Monday.
        (DAILY, paris(2026, 4, 30, 9), paris(2026, 5, 4, 8)),
        (EVERY_DAY, paris(2026, 4, 30, 9), paris(2026, 5, 1, 8)),
        # 29 February exists in 2028, a Tuesday; it does not in 2027.
        (DAILY, paris(2028, 2, 28, 9), paris(2028, 2, 29, 8)),
        (DAILY, paris(2027, 2, 26, 9), paris(2027, 3, 1, 8)),
        # The nights when clocks change are two Sundays of 2026: 23 and 25 hours.
        (EVERY_DAY, paris(2026, 3, 28, 8), paris(2026, 3, 29, 8)),
        (EVERY_DAY, paris(2026, 10, 24, 8), paris(2026, 10, 25, 8)),
        # Weekly: Monday, and the next working day when Monday is a holiday (Easter, 6 April 2026).
        (WEEKLY, paris(2026, 11, 24, 9), paris(2026, 11, 30, 8)),
        (WEEKLY, paris(2026, 4, 3, 9), paris(2026, 4, 7, 8)),
        (MONDAYS, paris(2026, 4, 3, 9), paris(2026, 4, 6, 8)),
        # Christmas and New Year, both on a Friday.
        (DAILY, paris(2026, 12, 24, 9), paris(2026, 12, 28, 8)),
        (DAILY, paris(2026, 12, 31, 9), paris(2027, 1, 4, 8)),
    ],
)
def test_when_the_next_digest_is_due(choices: Choices, after: datetime, due: datetime) -> None:
    assert choices.due_after(after) == due.astimezone(UTC)


def test_clocks_that_change_make_a_day_of_23_or_25_hours() -> None:
    for day, hours in ((date(2026, 3, 28), 23), (date(2026, 10, 24), 25)):
        before = paris(day.year, day.month, day.day, 8)
        assert (EVERY_DAY.due_after(before) - before).total_seconds() == hours * 3600


@pytest.mark.parametrize("hour", HOURS)
def test_over_ten_years_each_day_is_due_once_at_its_hour(hour: int) -> None:
    choices = Choices(hour=hour)
    due = choices.due_between(paris(2024, 1, 1), paris(2033, 12, 31, 23))
    local = [moment.astimezone(PARIS) for moment in due]
    days = [moment.date() for moment in local]
    assert {moment.hour for moment in local} == {hour}
    assert len(days) == len(set(days))
    assert all(day == working_day_on_or_after(day) for day in days)


def test_one_week_one_mail() -> None:
    due = WEEKLY.due_between(paris(2024, 1, 1), paris(2033, 12, 31, 23))
    weeks = [moment.astimezone(PARIS).isocalendar()[:2] for moment in due]
    assert len(weeks) == len(set(weeks)) == 522


def test_every_event_has_a_topic() -> None:
    for kind in EventKind:
        for status in STATUSES:
            assert topic_of(kind, status) in Topic
    assert set(OF_STATUS) <= set(STATUSES)


@pytest.mark.parametrize("next_structures", [True, False])
def test_an_exception_is_the_contrary_of_the_rule(next_structures: bool) -> None:
    choices = Choices(next_structures=next_structures, exceptions=frozenset({7}))
    assert choices.follows(7) is not next_structures
    assert choices.follows(8) is next_structures
