"""What must hold of every interpreting mission, whatever its dates."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import MissingOption, NoTariff, WrongDate
from communaute.domain.tariffs.interpreting import Mission, interpret, started_hours


HOUR = timedelta(hours=1)
OLD, NEW = date(2019, 1, 2), date(2021, 1, 2)

# No clock changes at these hours: they have tests of their own.
starts = st.builds(
    datetime.combine,
    st.dates(date(2021, 4, 1), date(2021, 10, 15)),
    st.times().map(lambda moment: moment.replace(second=0, microsecond=0, fold=0)),
)
minutes = st.integers(1, 72 * 60).map(lambda count: timedelta(minutes=count))
regimes = st.sampled_from([(OLD, None), (NEW, True), (NEW, False)])


def mission(
    catalogue: Catalogue, start: datetime, length: timedelta, regime: tuple[date, bool | None]
) -> Mission:
    ordered, option = regime
    return interpret(catalogue, ordered, start, start + length, option)


@pytest.fixture(scope="module")
def tariffs(catalogue: Catalogue) -> Catalogue:
    return catalogue


@settings(max_examples=80, deadline=None)
@given(start=starts, length=minutes, more=minutes, regime=regimes)
def test_staying_longer_never_costs_less(
    tariffs: Catalogue,
    start: datetime,
    length: timedelta,
    more: timedelta,
    regime: tuple[date, bool | None],
) -> None:
    short = mission(tariffs, start, length, regime)
    long = mission(tariffs, start, length + more, regime)
    assert long.total >= short.total
    assert long.hours >= short.hours


@settings(max_examples=80, deadline=None)
@given(start=starts, length=minutes, regime=regimes)
def test_every_started_hour_is_due_once_and_no_hour_is_rounded_twice(
    tariffs: Catalogue, start: datetime, length: timedelta, regime: tuple[date, bool | None]
) -> None:
    done = mission(tariffs, start, length, regime)
    assert done.hours == -(-length // HOUR)
    assert done.lines[0].start == start
    assert done.lines[-1].end == start + length
    for before, after in zip(done.lines, done.lines[1:], strict=False):
        assert before.end == after.start


@settings(max_examples=80, deadline=None)
@given(start=starts, length=minutes, regime=regimes)
def test_the_first_hour_is_counted_once_whatever_is_crossed(
    tariffs: Catalogue, start: datetime, length: timedelta, regime: tuple[date, bool | None]
) -> None:
    hours = list(started_hours(start, start + length, alsace_moselle=False))
    assert [hour.first for hour in hours] == [True] + [False] * (len(hours) - 1)
    first = [
        line
        for line in mission(tariffs, start, length, regime).lines
        if any("premiere-heure" in row.series for row in (line.rate.tariff, *line.rate.supplements))
    ]
    assert sum(line.hours for line in first) == 1


@settings(max_examples=60, deadline=None)
@given(start=starts, length=minutes, regime=regimes)
def test_the_total_is_the_sum_of_its_lines_to_the_cent(
    tariffs: Catalogue, start: datetime, length: timedelta, regime: tuple[date, bool | None]
) -> None:
    done = mission(tariffs, start, length, regime)
    assert done.total == sum((line.amount for line in done.lines), Decimal(0))
    assert done.total.as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("start", "names"),
    [
        ("2019-06-07T23:00", "from Friday into the week-end"),
        ("2019-06-09T23:00", "from Sunday into Whit Monday"),
        ("2019-06-10T23:00", "out of Whit Monday"),
        ("2019-12-31T23:00", "into New Year's day"),
    ],
)
def test_crossing_midnight_is_one_mission(catalogue: Catalogue, start: str, names: str) -> None:
    begin = datetime.fromisoformat(start)
    done = interpret(catalogue, OLD, begin, begin + 2 * HOUR)
    assert done.hours == 2, names
    assert sum(line.hours for line in done.lines if len(line.rate.supplements) == 3) <= 1


def test_a_straddling_hour_is_said_with_what_the_other_reading_would_give(
    catalogue: Catalogue,
) -> None:
    start = datetime.fromisoformat("2019-06-05T21:30")
    done = interpret(catalogue, OLD, start, start + HOUR)
    assert done.straddling == 1
    assert (done.total, done.other_reading) == (Decimal("42.00"), Decimal("49.50"))


@pytest.mark.parametrize(
    ("ordered", "start", "end", "option", "said"),
    [
        ("2008-09-10", "2009-01-01T10:00", "2009-01-01T11:00", None, "11 septembre 2008"),
        ("2019-01-01", "2019-01-02T10:00", "2019-01-02T10:00", None, "sont la même heure"),
        ("2019-01-01", "2019-01-02T10:00", "2019-01-01T10:00", None, "fin est avant le début"),
        ("2019-01-01", "2019-01-02T10:00", "2020-02-06T10:00", None, "dure 400 jours"),
        ("2019-01-03", "2019-01-02T10:00", "2019-01-02T11:00", None, "avant la réquisition"),
        ("2021-01-01", "2021-01-02T10:00", "2021-01-02T11:00", None, "droit d’option"),
        ("2019-01-03", "2019-03-31T02:30", "2019-03-31T05:00", None, "02 h 30 n’existe pas"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_a_sentence(
    catalogue: Catalogue, ordered: str, start: str, end: str, option: bool | None, said: str
) -> None:
    with pytest.raises((WrongDate, NoTariff, MissingOption)) as refused:
        interpret(
            catalogue,
            date.fromisoformat(ordered),
            datetime.fromisoformat(start),
            datetime.fromisoformat(end),
            option,
        )
    assert re.search(said, str(refused.value))


def test_the_surcharges_name_their_rows(catalogue: Catalogue) -> None:
    start = datetime.combine(date(2019, 6, 1), time(22))
    first, second = interpret(catalogue, OLD, start, start + 2 * HOUR).lines
    assert first.rate.tariff.series == second.rate.tariff.series == "interpretation-heure"
    assert [row.series for row in first.rate.supplements] == [
        "interpretation-premiere-heure",
        "interpretation-nuit",
        "interpretation-week-end",
    ]
    assert first.rate.spelled == "30 × 1,90"


@pytest.mark.parametrize("end", ["2019-06-05T22:00", "2019-06-05T23:00"])
def test_an_hour_that_ends_as_a_band_begins_does_not_straddle(
    catalogue: Catalogue, end: str
) -> None:
    start = datetime.fromisoformat("2019-06-05T21:00")
    mission = interpret(catalogue, date(2019, 5, 20), start, datetime.fromisoformat(end))
    assert mission.straddling == 0
    assert mission.other_reading == mission.total
