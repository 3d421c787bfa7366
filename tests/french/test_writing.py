"""Folded words; days, hours, numbers and lists as French writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaute.french.dates import (
    age_in_words,
    date_in_words,
    hour_in_words,
    moment_in_words,
    month_in_words,
    speaks_of,
    weekday_in_words,
)
from communaute.french.folding import STOP_WORDS, fold, is_slug, slugify, stem, words
from communaute.french.numbers import amount, listed, number, ordinal, plural


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 8, 1), "1er août 2026"),
        (date(2020, 12, 11), "11 décembre 2020"),
        (date(2026, 2, 21), "21 février 2026"),
    ],
)
def test_dates_are_written_in_words(day: date, text: str) -> None:
    assert plain(date_in_words(day)) == text


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 28), "aujourd’hui"),
        (date(2026, 11, 27), "hier"),
        (date(2026, 11, 23), "il y a 5 jours"),
        (date(2026, 10, 29), "il y a 30 jours"),
        (date(2026, 10, 28), "il y a 1 mois"),
        (date(2025, 11, 29), "il y a 11 mois"),
        (date(2025, 11, 28), "il y a 1 an"),
        (date(2020, 10, 1), "il y a 6 ans"),
        (date(2026, 11, 29), "à venir"),
    ],
)
def test_an_age_is_told_in_the_largest_whole_unit(day: date, text: str) -> None:
    assert plain(age_in_words(day, date(2026, 11, 28))) == text


def test_a_day_is_told_with_its_name_and_without_a_line_break_inside() -> None:
    assert weekday_in_words(date(2026, 12, 8)) == "mardi 8\u00a0décembre\u00a02026"
    assert month_in_words(date(2026, 8, 1)) == "août\u00a02026"


def test_a_moment_is_told_in_paris_on_both_sides_of_the_clock_change() -> None:
    before = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
    after = datetime(2026, 10, 25, 22, 30, tzinfo=UTC)
    assert plain(moment_in_words(before)) == "25 octobre 2026 à 0 h 30"
    assert plain(moment_in_words(after)) == "25 octobre 2026 à 23 h 30"
    assert plain(weekday_in_words(before)) == "dimanche 25 octobre 2026"
    assert plain(hour_in_words(datetime(2026, 8, 1, 7, 5, tzinfo=UTC))) == "9 h 05"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        moment_in_words(datetime.fromisoformat("2026-01-01"))


def test_numbers_have_narrow_spaces_and_a_comma() -> None:
    assert number(4950724) == "4\u202f950\u202f724"
    assert number(Decimal("1.5"), 2) == "1,50"
    assert number(Decimal("1234.5"), 0) == "1\u202f234"
    assert amount(Decimal("102")) == "102,00\u00a0€"


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 place"), (1, "1 place"), (2, "2 places"), (1000, "1\u202f000 places")],
)
def test_a_plural_begins_at_two(count: int, text: str) -> None:
    assert plain(plural(count, "place")) == text


def test_a_plural_may_be_irregular_and_none_have_its_own_words() -> None:
    assert plain(plural(2, "travail", "travaux")) == "2 travaux"
    assert plural(0, "place", "places", none="aucune place") == "aucune place"


def test_ranks_and_lists() -> None:
    assert [ordinal(1), ordinal(1, feminine=True), ordinal(2)] == ["1er", "1re", "2e"]
    assert [listed([]), listed(["a"]), listed(["a", "b", "c"])] == ["", "a", "a, b et c"]


def test_words_are_folded() -> None:
    assert fold("L’Œuvré ÉTÉ") == "l'oeuvre ete"
    assert words("L’été, 2026") == ["l", "ete", "2026"]
    assert "les" in STOP_WORDS
    assert stem("factures") == stem("facture")


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_a_slug_is_a_slug(text: str) -> None:
    slug = slugify(text)
    assert slug == "" or is_slug(slug)
    assert slugify(slug) == slug


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("automne 2020", "parle de l’automne 2020"),
        ("printemps 2021", "parle du printemps 2021"),
        ("mars 2021", "parle de mars 2021"),
        ("depuis le 1er septembre 2026", "vaut depuis le 1er septembre 2026"),
    ],
)
def test_the_time_of_a_page_is_a_phrase(period: str, said: str) -> None:
    assert speaks_of(period) == said
