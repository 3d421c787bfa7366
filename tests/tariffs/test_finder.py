"""The finder: keys that narrow each other, and the date that counts."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.dates import Days, check_day, choose, days_of
from communaute.domain.tariffs.errors import UnknownName, WrongDate
from communaute.domain.tariffs.finder import Finder, Query, widened
from communaute.domain.tariffs.naming import category_named, text_named
from communaute.domain.tariffs.values import Row


TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


@pytest.fixture(scope="session")
def finder(catalogue: Catalogue) -> Finder:
    return Finder(catalogue)


def on(year: int, month: int = 6, day: int = 15) -> Days:
    return Days(date(year, month, day), date(year, month, day))


def test_every_row_is_found_on_both_ends_of_its_period(
    finder: Finder, catalogue: Catalogue
) -> None:
    for row in catalogue.rows:
        for day in filter(None, (row.valid_from, row.valid_until)):
            found = finder.find(Query(category=row.category, days=Days(day, day)))
            assert row in found.rows, f"{row.id} on {day}"


def test_no_row_is_found_the_day_before_it_starts_nor_the_day_after_it_ends(
    finder: Finder, catalogue: Catalogue
) -> None:
    for row in catalogue.rows:
        start, end = row.valid_from, row.valid_until
        outside = (start - DAY if start else None, end + DAY if end else None)
        for day in filter(None, outside):
            found = finder.find(Query(category=row.category, days=Days(day, day)))
            assert row not in found.rows, f"{row.id} on {day}"


def test_every_row_is_found_by_its_article_its_words_and_its_code(finder: Finder) -> None:
    for row in finder.catalogue.rows:
        assert row in finder.find(Query(text=row.articles[0])).rows
        assert row in finder.find(Query(words=row.service, category=row.category)).rows
        assert not row.code or row in finder.find(Query(code=row.code)).rows


def test_the_order_of_the_keys_does_not_matter(finder: Finder) -> None:
    keys: dict[str, object] = {
        "category": "traducteurs-interpretes",
        "text": "A43-7",
        "words": "dimanche nuit",
        "days": on(2022),
    }
    found = {
        tuple(row.id for row in finder.find(Query(**dict(order))).rows)  # type: ignore[arg-type]
        for order in permutations(keys.items())
    }
    assert len(found) == 1
    assert len(found.pop()) == 4


def test_each_key_counts_what_it_would_leave(finder: Finder) -> None:
    found = finder.find(Query(text="A43-6", days=on(2022)))
    texts = finder.find(Query(category="experts-comparution")).texts
    assert found.categories
    assert texts
    for count in found.categories:
        narrowed = finder.find(Query(text="A43-6", days=on(2022), category=count.value))
        assert len(narrowed.rows) == count.count > 0
    for text in texts:
        narrowed = finder.find(Query(category="experts-comparution", text=text.value))
        assert len(narrowed.rows) == text.count > 0


@pytest.mark.parametrize(
    ("typed", "series"),
    [
        ("interprète dimanche nuit", "interpretation-week-end-nuit-premiere-heure-option"),
        ("autopsie", "autopsie"),
        ("A43-7", "traduction-ecrite-option"),
        ("huissier citation", "citation-signification"),
        ("expertises psychiatriques", "expertise-psychiatrique-liberal"),
        ("Iaah 5", "ad-hoc-audience-assises"),
        ("MA 01", "mobile-identification-nombre"),
        ("juré", "jure-session"),
    ],
)
def test_words_as_people_type_them_lead_to_the_tariff(
    finder: Finder, typed: str, series: str
) -> None:
    assert series in finder.find(Query(words=typed)).series


def test_when_no_tariff_has_all_the_words_the_nearest_are_shown_and_said(finder: Finder) -> None:
    found = finder.find(Query(words="interprète dimanche nuit", days=on(2019)))
    assert found.loosened
    assert {"interpretation-nuit", "interpretation-week-end"} <= set(found.series)
    assert not finder.find(Query(words="xyzzy")).rows


@pytest.mark.parametrize(
    ("typed", "series"),
    [
        ("traduction anglais", "traduction-ecrite-option"),
        ("interprète arabe nuit", "interpretation-semaine-nuit-premiere-heure-option"),
        ("langue", "traduction-ecrite-option"),
        ("traduction hongroise", "traduction-ecrite-option"),
        (
            "interprète en langue des signes nuit",
            "interpretation-semaine-nuit-premiere-heure-option",
        ),
    ],
)
def test_a_language_typed_does_not_hide_the_tariffs_that_hold_for_every_language(
    finder: Finder, typed: str, series: str
) -> None:
    found = finder.find(Query(words=typed))
    assert series in found.series
    assert not found.loosened
    assert {row.category for row in found.rows} == {"traducteurs-interpretes"}


def test_the_surcharge_of_other_languages_is_still_found_by_its_words(finder: Finder) -> None:
    found = finder.find(Query(words="majoration autre langue", days=on(2005)))
    assert found.series == ("traduction-langue-rare",)


def test_a_service_without_a_tariff_in_the_law_is_said_to_be_free(finder: Finder) -> None:
    assert [category.slug for category in finder.find(Query(words="balistique")).free] == [
        "balistique"
    ]
    assert finder.find(Query(category="empreintes-genetiques")).free
    assert not finder.find(Query(words="autopsie")).free


def test_a_code_used_again_means_two_things_until_a_date_is_given(finder: Finder) -> None:
    assert finder.find(Query(code="IP. 6")).reused_code
    (before,) = finder.find(Query(code="IP. 6", days=on(2010))).rows
    (after,) = finder.find(Query(code="ip6", days=on(2023))).rows
    assert before.service != after.service


def test_an_empty_answer_can_be_widened_key_by_key(finder: Finder) -> None:
    query = Query(category="jures", text="A43-7", days=on(2022))
    assert not finder.find(query).rows
    offered = {key: len(finder.find(wider).rows) for key, wider in widened(query)}
    assert set(offered) == {"category", "text", "days"}
    assert offered["category"] == 18


class TestTheDateThatCounts:
    def test_the_requisition_counts_for_an_interpreter(self, catalogue: Catalogue) -> None:
        days = Days(date(2009, 2, 28), date(2009, 3, 10))
        choice = choose(catalogue, "interpretation-heure", days)
        assert choice is not None
        assert choice.split
        assert [(str(o.row.amount), o.applies) for o in choice.offers] == [
            ("25", True),
            ("30", False),
        ]

    def test_the_act_counts_for_a_citation(self, catalogue: Catalogue) -> None:
        days = Days(date(2024, 4, 1), date(2024, 4, 12))
        choice = choose(catalogue, "citation-signification", days)
        assert choice is not None
        assert [(str(o.row.amount), o.applies) for o in choice.offers] == [
            ("4.50", False),
            ("9.50", True),
        ]

    def test_both_are_shown_when_the_rule_was_not_read(self, catalogue: Catalogue) -> None:
        days = Days(date(2011, 11, 10), date(2011, 11, 11))
        choice = choose(catalogue, "audience-police", days)
        assert choice is not None
        assert [o.applies for o in choice.offers] == [None, None]

    def test_no_tariff_on_the_date_that_counts_is_said(self, catalogue: Catalogue) -> None:
        days = Days(date(2020, 12, 31), date(2021, 1, 5))
        choice = choose(catalogue, "traduction-ecrite-option", days)
        assert choice is not None
        assert [o.applies for o in choice.offers] == [False]
        assert choice.split

    def test_dates_under_one_tariff_give_one_answer(self, catalogue: Catalogue) -> None:
        days = Days(date(2010, 1, 1), date(2010, 5, 1))
        choice = choose(catalogue, "interpretation-heure", days)
        assert choice is not None
        assert not choice.split

    def test_one_date_stands_for_both(self) -> None:
        assert days_of(date(2020, 1, 1), None) == Days(date(2020, 1, 1), date(2020, 1, 1))
        assert days_of(None, None) is None

    def test_a_service_before_the_requisition_is_refused(self) -> None:
        with pytest.raises(WrongDate, match="avant la réquisition"):
            days_of(date(2020, 1, 2), date(2020, 1, 1))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2001-12-31", "commencent le 1er janvier 2002"),
        ("2026-11-24", "à venir"),
    ],
)
def test_a_date_that_cannot_be_used_gets_its_sentence(written: str, said: str) -> None:
    with pytest.raises(WrongDate, match=said):
        check_day(date.fromisoformat(written), TODAY)


@pytest.mark.parametrize(
    "typed",
    [
        "traducteurs-interpretes",
        "Traducteurs et interprètes",
        "traducteurs-et-interpretes",
        "TRADUCTEURS INTERPRÈTES",
    ],
)
def test_a_category_is_known_by_its_slug_and_its_label(catalogue: Catalogue, typed: str) -> None:
    assert category_named(catalogue, typed) == "traducteurs-interpretes"


def test_an_unknown_category_or_text_is_refused_with_the_nearest(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownName, match="Traducteurs et interprètes"):
        category_named(catalogue, "traducteur")
    with pytest.raises(UnknownName, match="Choisissez dans la liste"):
        text_named(catalogue, "R999")


@pytest.mark.parametrize("typed", ["A43-7", "A. 43-7", "a43-7", "CPP art. A43-7", "article A 43-7"])
def test_an_article_is_known_however_it_is_written(catalogue: Catalogue, typed: str) -> None:
    assert text_named(catalogue, typed) == "A43-7"


def test_a_period_of_unknown_start_never_hides_a_known_one(
    finder: Finder, catalogue: Catalogue
) -> None:
    found: tuple[Row, ...] = finder.find(
        Query(category="avocats-aide-juridictionnelle", days=on(2005))
    ).rows
    assert [str(row.amount) for row in found] == ["20.84"]
