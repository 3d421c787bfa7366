"""Hours on Paris's clocks, in UTC, across the changes of March and October."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from communaute.domain.clock import PARIS
from communaute.domain.trainings import planning
from communaute.domain.trainings.errors import InvalidCapacity, InvalidDates, InvalidPlace
from communaute.domain.trainings.planning import PairPlan, in_utc, plan_series
from tests.trainings.people import BILLS, School, on


@pytest.mark.parametrize(
    ("first", "change"), [("2026-10-13", "2026-10-25"), ("2027-03-16", "2027-03-28")]
)
def test_a_series_keeps_its_hours_across_the_clock_change(first: str, change: str) -> None:
    day = on(first)
    plans = plan_series(day, time(9, 30), second_day=day + timedelta(days=7), count=4)
    starts = [each.starts_at for plan in plans for each in plan.sessions]
    assert {f"{start.astimezone(PARIS):%H:%M}" for start in starts} == {"09:30"}
    assert {start.hour for start in starts} == {7, 8}, "the offset changes, the clock does not"
    assert min(starts).date() < on(change) < max(starts).date()
    assert {each.ends_at - each.starts_at for plan in plans for each in plan.sessions} == {
        timedelta(minutes=90)
    }


def test_a_session_that_spans_the_change_lasts_what_it_lasts() -> None:
    (plan,) = plan_series(on("2026-10-25"), time(1, 30), second_day=None, minutes=120)
    (session,) = plan.sessions
    assert session.ends_at - session.starts_at == timedelta(minutes=120)
    assert f"{session.ends_at.astimezone(PARIS):%H:%M}" == "02:30"


def test_an_hour_that_march_skips_is_refused() -> None:
    with pytest.raises(InvalidDates, match="n’existe pas"):
        in_utc(on("2027-03-28"), time(2, 30))


def test_of_the_hour_that_october_repeats_the_first_is_meant() -> None:
    assert in_utc(on("2026-10-25"), time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"second_day": date(2026, 12, 1)}, "après la fin de la première"),
        ({"second_day": date(2026, 12, 8), "second_at": time(10)}, "après la fin de la première"),
        ({"count": 0}, "52 dates"),
        ({"count": 53}, "52 dates"),
        ({"every_weeks": 0}, "52 dates"),
        ({"minutes": 5}, "minutes"),
    ],
)
def test_dates_that_cannot_be(given: dict[str, object], said: str) -> None:
    asked = {"second_day": date(2026, 12, 15), **given}
    with pytest.raises(InvalidDates, match=said):
        plan_series(on("2026-12-08"), time(9, 30), **asked)  # type: ignore[arg-type]


def test_what_is_past_too_small_or_no_address_is_refused(school: School) -> None:
    past = plan_series(on("2026-11-02"), time(9), second_day=None)
    ahead = plan_series(on("2026-12-02"), time(9), second_day=None)

    def create(plans: tuple[PairPlan, ...], **given: Any) -> None:
        values = {"capacity": 5, "class_url": "", **given}
        planning.create_pairs(
            school.context,
            BILLS,
            plans,
            **values,
        )

    with pytest.raises(InvalidDates, match="passée"):
        create(past)
    for capacity in (0, -1, 10_001):
        with pytest.raises(InvalidCapacity):
            create(ahead, capacity=capacity)
    for url in (
        "http://classe.example",
        "javascript:alert(1)",
        "https://",
        "https://x/" + "y" * 500,
    ):
        with pytest.raises(InvalidPlace):
            create(ahead, class_url=url)
    school.session.rollback()


def test_a_webinar_is_a_pair_of_one_session(school: School) -> None:
    plans = plan_series(on("2026-12-02"), time(11), second_day=None, minutes=60)
    (pair,) = planning.create_pairs(school.context, BILLS, plans, capacity=300)
    school.session.commit()
    assert school.view_of(pair).is_webinar
    school.placed(pair, "lea")
    assert len(school.calendar()) == 1
    assert "séance 1" not in school.calendar()[0].content.decode()
