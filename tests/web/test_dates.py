"""French dates and numbers."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from communaute.web.dates import (
    french_amount,
    french_date,
    french_datetime,
    french_month,
    french_number,
)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 8, 1), "1er août 2026"),
        (date(2020, 12, 11), "11 décembre 2020"),
        (date(2026, 2, 21), "21 février 2026"),
    ],
)
def test_dates_are_written_in_words(day: date, text: str) -> None:
    assert french_date(day).replace("\u00a0", " ") == text


def test_a_moment_is_told_in_paris_on_both_sides_of_the_clock_change() -> None:
    before = french_datetime(datetime(2026, 10, 24, 22, 30, tzinfo=UTC))
    after = french_datetime(datetime(2026, 10, 25, 22, 30, tzinfo=UTC))
    assert before.replace("\u00a0", " ") == "25 octobre 2026 à 0 h 30"
    assert after.replace("\u00a0", " ") == "25 octobre 2026 à 23 h 30"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        french_datetime(datetime(2026, 1, 1))  # noqa: DTZ001


def test_numbers_have_narrow_spaces_and_a_comma() -> None:
    assert french_number(4950724) == "4\u202f950\u202f724"
    assert french_number(Decimal("1.5"), 2) == "1,50"
    assert french_number(Decimal("1234.5"), 0) == "1\u202f234"
    assert french_amount(Decimal("102")) == "102,00\u00a0€"


def test_a_month_is_told_in_words() -> None:
    assert french_month(date(2026, 8, 1)) == "août\u00a02026"
