"""What people type is read the same way everywhere, or refused in a sentence."""

import contextlib
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaute.french.dates import date_in_words, weekday_in_words
from communaute.french.numbers import amount, number
from communaute.french.reading import (
    Unreadable,
    UnreadableSiret,
    read_address,
    read_amount,
    read_day,
    read_hour,
    read_moment,
    read_number,
    read_siret,
    read_whole_number,
)


READERS: tuple[Callable[[str], object], ...] = (
    *(read_day, read_hour, read_moment, read_number, read_whole_number),
    *(read_amount, read_siret, read_address),
)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("1/2/2021", date(2021, 2, 1)),
        ("01.08.2026", date(2026, 8, 1)),
        ("01-02-2021", date(2021, 2, 1)),
        ("01 02 2021", date(2021, 2, 1)),
        (" 1 / 2 / 2021 ", date(2021, 2, 1)),
        ("2026-08-01", date(2026, 8, 1)),
        ("2026/8/1", date(2026, 8, 1)),
        ("1er août 2026", date(2026, 8, 1)),
        ("1er\u00a0août\u00a02026", date(2026, 8, 1)),
        ("1ER AOUT 2026", date(2026, 8, 1)),
        ("19 juin 2022", date(2022, 6, 19)),
        ("le 19 juin 2022", date(2022, 6, 19)),
        ("mardi 8 décembre 2026", date(2026, 12, 8)),
        ("8 déc. 2026", date(2026, 12, 8)),
        ("3 févr. 22", date(2022, 2, 3)),
        ("19/6/22", date(2022, 6, 19)),
        ("31/12/98", date(1998, 12, 31)),
        ("２９/02/2024", date(2024, 2, 29)),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str, day: date) -> None:
    assert read_day(typed) == day


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "hier",
        "31/02/2021",
        "1/13/2021",
        "0/1/2021",
        "2021",
        "1/2",
        "1 jui 2021",
        "20210201",
        "12/2021",
        "1/2/0202",
        "1/2/2021 10:00",
        "-1/2/2021",
        "1//2/2021",
        "0" * 500,
        "\u0661/2/2021",
    ],
)
def test_what_is_no_day_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(Unreadable, match=r"par exemple|comme 31/01/2026"):
        read_day(typed)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_day_written_by_us_is_read_again(day: date) -> None:
    for written in (f"{day:%d/%m/%Y}", day.isoformat(), date_in_words(day), weekday_in_words(day)):
        assert read_day(written) == day


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("31/12/2020 22:00", datetime.fromisoformat("2020-12-31T22:00")),
        ("2020-12-31T22:00", datetime.fromisoformat("2020-12-31T22:00")),
        ("2020-12-31T22:00:00", datetime.fromisoformat("2020-12-31T22:00")),
        ("2020-12-31 22:05", datetime.fromisoformat("2020-12-31T22:05")),
        ("31 décembre 2020 à 9 h 05", datetime.fromisoformat("2020-12-31T09:05")),
        ("1er août 2020, 9h", datetime.fromisoformat("2020-08-01T09:00")),
        ("31/12/2020 22h", datetime.fromisoformat("2020-12-31T22:00")),
    ],
)
def test_a_moment_is_read_as_people_write_it(typed: str, moment: datetime) -> None:
    assert read_moment(typed) == moment


@pytest.mark.parametrize("typed", ["", "31/12/2020", "22:00", "31/12/2020 25:00", "31/12/2020 22"])
def test_what_is_no_moment_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        read_moment(typed)


@pytest.mark.parametrize(
    ("typed", "hour"),
    [("10:30", time(10, 30)), ("10 h 30", time(10, 30)), ("9h", time(9)), ("9", time(9))],
)
def test_an_hour_is_read(typed: str, hour: time) -> None:
    assert read_hour(typed) == hour


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12,5", "12.5"),
        ("12.50", "12.50"),
        ("1 234,5", "1234.5"),
        ("1\u202f234\u00a0567", "1234567"),
        ("1.234,5", "1234.5"),
        ("-3", "-3"),
        (",5", "0.5"),
        ("35 km", "35"),
        ("6 CV", "6"),
        ("1\u00a0200 mots", "1200"),
        ("12,5 heures", "12.5"),
    ],
)
def test_a_number_is_read(typed: str, value: str) -> None:
    assert read_number(typed) == Decimal(value)


@pytest.mark.parametrize(
    "typed", ["", "douze", "1e5", "NaN", "1,2,3", "1" * 13, "٣", "1_000", "--1", "km", "3 chats"]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    for read in (read_number, read_amount, read_whole_number):
        with pytest.raises(Unreadable):
            read(typed)


@given(st.decimals(min_value=0, max_value=999_999, places=2))
def test_an_amount_written_by_us_is_read_again(value: Decimal) -> None:
    assert read_amount(amount(value)) == value
    assert read_number(number(value, 2)) == value


@pytest.mark.parametrize("typed", ["-1", "1,234", "12 $"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable, match="montant"):
        read_amount(typed)


def test_an_amount_may_have_its_sign() -> None:
    assert read_amount("1 234,5 €") == read_amount("1234.50 euros") == Decimal("1234.50")


def test_a_whole_number_is_between_its_bounds() -> None:
    assert read_whole_number("1 000", 1, 5000) == 1000
    assert read_whole_number("12,0") == 12
    for typed in ("0", "5001", "1,5"):
        with pytest.raises(Unreadable, match="de 1 à 5\u202f000"):
            read_whole_number(typed, 1, 5000)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("73282932O00074", "foreign"),
        ("732829320", "siren_alone"),
        ("7328293200007", "length"),
        ("73282932100074", "siren_key"),
        ("73282932000075", "key"),
    ],
)
def test_a_siret_says_why_it_is_none(typed: str, reason: str) -> None:
    with pytest.raises(UnreadableSiret) as refused:
        read_siret(typed)
    assert refused.value.reason == reason


def test_a_siret_is_read_in_any_spacing() -> None:
    assert read_siret("732 829 320 00074") == read_siret("732.829.320-00074") == "73282932000074"
    assert read_siret("356 000 000 00048") == "35600000000048"


def test_an_address_is_read() -> None:
    assert read_address(" Lea@Exemple.FR ") == "Lea@exemple.fr"
    for typed in ("", "lea", "lea@", "léa@exemple.fr", "a" * 250 + "@exemple.fr"):
        with pytest.raises(Unreadable):
            read_address(typed)


@pytest.mark.parametrize("read", READERS)
@given(st.text())
def test_any_text_is_read_or_refused(read: Callable[[str], object], text: str) -> None:
    with contextlib.suppress(Unreadable):
        read(text)


@pytest.mark.parametrize(
    ("read", "typed", "fault"),
    [
        (read_day, "19 juin", "« 19 juin » n’a pas d’année : écrivez-la comme 31/01/2026."),
        (read_day, "19/06", "« 19/06 » n’a pas d’année"),
        (read_day, "juin 2022", "« juin 2022 » n’est pas une date du calendrier"),
        (read_moment, "19 juin 23h", "n’a pas d’année : écrivez-la comme 31/01/2026 22:00."),
        (read_moment, "31/02/2026 10h", "« 31/02/2026 10h » n’est pas une date du calendrier"),
    ],
)
def test_a_fault_says_what_lacks(read: Callable[[str], object], typed: str, fault: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(fault)):
        read(typed)
