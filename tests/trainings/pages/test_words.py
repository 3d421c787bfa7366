"""What pages of trainings say in words, and what an organiser types, read."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from communaute.blueprints.trainings import words
from communaute.blueprints.trainings.afterwards import hours
from communaute.blueprints.trainings.month import Month
from communaute.domain.trainings.listing import PairView, SessionView
from communaute.domain.trainings.overview import PairSummary
from communaute.french import reading
from communaute.french.reading import Unreadable


START = datetime(2026, 12, 1, 9, tzinfo=UTC)


def a_session(starts_at: datetime, number: int = 1) -> SessionView:
    return SessionView(
        id=number,
        number=number,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        place="",
        sequence=0,
    )


def a_pair(
    *, left: int = 3, waiting: int = 0, cancelled: bool = False, is_open: bool = True
) -> PairView:
    return PairView(
        id=1,
        training="envoyer",
        title="Envoyer une facture",
        theme="Factures simples",
        sessions=(a_session(START), a_session(START + timedelta(days=7), 2)),
        capacity=12,
        left=left,
        waiting=waiting,
        cancelled=cancelled,
        open=is_open,
    )


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (a_pair(left=1), "1 place"),
        (a_pair(left=3), "3 places"),
        (a_pair(left=0), "complet : 1er sur la liste d’attente"),
        (a_pair(left=0, waiting=1), "complet : 2e sur la liste d’attente"),
        (a_pair(is_open=False), "inscriptions closes"),
        (a_pair(cancelled=True, is_open=False), "annulée"),
    ],
)
def test_seats_are_told_in_words(pair: PairView, said: str) -> None:
    assert plain(words.seats(pair)) == said


def test_a_pair_is_told_by_its_days_and_hours_in_paris() -> None:
    first, second = words.slots(a_pair())
    assert plain(first).startswith("Mardi 1er décembre 2026, de 10 h")
    assert plain(second).startswith("Mardi 8 décembre 2026, de 10 h")


def test_the_people_told_are_counted() -> None:
    assert words.told(0) == "Personne n’est à prévenir."
    assert plain(words.told(1)) == "1 personne est prévenue par courriel."
    assert plain(words.told(2)) == "2 personnes sont prévenues par courriel."


@pytest.mark.parametrize(("minutes", "said"), [(180, "3 h"), (90, "1 h 30"), (45, "45 min")])
def test_a_length_is_told_as_one_says_it(minutes: int, said: str) -> None:
    assert plain(hours(minutes)) == said


@pytest.mark.parametrize("text", ["2026-12-08", " 08/12/2026 ", "8/12/2026", "8/12/26"])
def test_a_day_is_read_as_browsers_send_it_and_as_people_write_it(text: str) -> None:
    assert reading.read_day(text) == date(2026, 12, 8)


@pytest.mark.parametrize("text", ["", "demain", "31/02/2026", "2026-13-01", "8 décembre"])
def test_a_day_that_does_not_exist_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Unreadable, match=r"31/(01|12)/2026"):
        reading.read_day(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [("10:30", time(10, 30)), ("10 h 30", time(10, 30)), ("9h", time(9)), ("14", time(14))],
)
def test_an_hour_is_read_in_its_usual_forms(text: str, read: time) -> None:
    assert reading.read_hour(text) == read


@pytest.mark.parametrize("text", ["", "25:00", "10:61", "midi", "10:3"])
def test_an_hour_that_does_not_exist_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Unreadable, match="10 h 30"):
        reading.read_hour(text)


@pytest.mark.parametrize("text", ["0", "53", "-1", "1,5", "½", "999999", ""])
def test_a_number_out_of_its_bounds_is_refused_with_its_bounds(text: str) -> None:
    with pytest.raises(Unreadable, match="de 1 à 52"):
        reading.read_whole_number(text, 1, 52)


def test_a_month_is_read_from_an_address() -> None:
    today = date(2026, 11, 25)
    assert Month.of("", today) == Month(today)
    month = Month.of("2026-12", today)
    assert month is not None
    assert (month.before.key, month.key, month.after.key) == ("2026-11", "2026-12", "2027-01")
    assert plain(month.name) == "décembre 2026"
    for wrong in ("2026", "2026-13", "1999-01", "9999-12", "décembre", "2026-12-01"):
        assert Month.of(wrong, today) is None, wrong


def test_a_month_shows_each_session_on_its_day_in_paris() -> None:
    late = a_session(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    pair = a_pair()
    row = PairSummary(
        pair=PairView(**{**vars(pair), "sessions": (late, pair.sessions[1])}),
        held=0,
        confirmed=0,
        offered=0,
        undeliverable=0,
        absences=0,
        attendance_to_note=False,
    )
    weeks = Month(date(2026, 12, 25)).weeks([row])
    assert all(len(week) == 7 for week in weeks)
    shown = {day.date: len(day.meetings) for week in weeks for day in week if day.meetings}
    assert shown == {date(2026, 12, 1): 1, date(2026, 12, 8): 1}


def test_the_hour_that_comes_twice_in_october_says_which_it_is() -> None:
    first = a_session(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    second = a_session(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    assert "de 2 h 30 (heure d’été) à" in plain(words.slot(first))
    assert "de 2 h 30 (heure d’hiver) à" in plain(words.slot(second))
    assert "heure d’" not in words.slot(a_session(START))
