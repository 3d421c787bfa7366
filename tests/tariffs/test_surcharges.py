"""Surcharges in euros on their base, and letters whose value no text gave."""

from datetime import date
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from communaute.domain.tariffs.amounts import names_to_give, on_bases, valued
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.delegates import PERSON, pay_delegate
from communaute.domain.tariffs.errors import WrongQuantity
from communaute.domain.tariffs.history import history
from communaute.domain.tariffs.open_data import rows_as_data
from tests.pages import Pages


def text_of(page: BeautifulSoup, selector: str) -> str:
    found = page.select_one(selector)
    assert found is not None
    return found.text.replace("\u202f", "\u00a0")


@pytest.mark.parametrize(
    ("series", "day", "euros"),
    [
        ("interpretation-nuit", date(2009, 2, 28), "6.25"),
        ("interpretation-nuit", date(2009, 3, 1), "7.50"),
        ("interpretation-week-end", date(2020, 12, 31), "7.50"),
        ("interpretation-premiere-heure", date(2008, 9, 11), "10.00"),
        ("interpretation-premiere-heure", date(2015, 6, 1), "12.00"),
        ("traduction-mandat-arret-europeen", date(2005, 1, 3), "16.70"),
    ],
)
def test_a_surcharge_with_one_base_is_worth_euros(
    catalogue: Catalogue, series: str, day: date, euros: str
) -> None:
    row = catalogue.required(series, day)
    assert valued(catalogue, row, day).amount == Decimal(euros)
    assert names_to_give(catalogue, row, day) == ()
    assert rows_as_data(catalogue, [row], day)[0]["amount"] == euros
    assert rows_as_data(catalogue, [row])[0]["amount"] is None


def test_a_surcharge_with_several_bases_is_worth_one_sum_on_each(catalogue: Catalogue) -> None:
    day = date(2005, 1, 3)
    row = catalogue.required("traduction-langue-rare", day)
    sums = {one.base.series: one.amount for one in on_bases(catalogue, row, day)}
    assert sums["traduction-ecrite"] == Decimal("13.91")
    assert sums["interpretation-2002-premiere-heure-paris"] == Decimal("18.49")
    assert valued(catalogue, row, day).amount is None


def test_a_surcharge_s_history_changes_with_its_base(catalogue: Catalogue) -> None:
    points = history(catalogue, "interpretation-nuit", date(2026, 11, 23))
    assert [(p.valid_from, p.valid_until, p.amount) for p in points] == [
        (date(2008, 9, 11), date(2009, 2, 28), Decimal("6.25")),
        (date(2009, 3, 1), date(2020, 12, 31), Decimal("7.50")),
    ]


def test_what_is_paid_on_top_never_repeats_its_base(catalogue: Catalogue) -> None:
    """« En plus » of the base is a part of it; what multiplies it stands in its place."""
    for row in catalogue.rows:
        if row.bases and row.unit == "en plus du tarif de base":
            assert row.formula.startswith("0,"), row.id


def test_the_card_shows_euros_the_sum_and_the_base(pages: Pages) -> None:
    page = pages.get("/outils/tarifs?tarif=interpretation-nuit&date=2019-05-05")
    card = text_of(page, "#interpretation-nuit")
    assert card.index("7,50\u00a0€") < card.index("0,25 × 30 = 7,50")
    assert "l’heure de base" in card
    several = pages.get("/outils/tarifs?tarif=traduction-langue-rare&date=2005-01-03")
    assert "1,25 × 11,13 = 13,91" in text_of(several, ".tariff__bases")


def test_a_deduced_letter_is_said_before_the_amount_and_explained_after(pages: Pages) -> None:
    page = pages.get("/outils/tarifs?tarif=expertise-psychiatrique-liberal&date=2022-01-03")
    card = text_of(page, "#expertise-psychiatrique-liberal")
    assert card.index("La valeur de CNPSY n’a pas été lue") < card.index("507,00")
    assert "Déduite de 507" in card


def test_a_tariff_that_ended_says_so_only_to_who_gave_no_date(pages: Pages) -> None:
    said = "Ce tarif n’est plus en vigueur"
    assert said in pages.get("/outils/tarifs?tarif=traduction-ecrite").text
    dated = pages.get("/outils/tarifs?tarif=traduction-ecrite&date=2019-05-05")
    assert said not in dated.text
    assert said not in pages.get("/outils/tarifs?tarif=autopsie").text


def test_a_list_works_a_formula_out_on_its_day(pages: Pages) -> None:
    page = pages.get("/outils/tarifs?texte=R129&date=2024-02-01")
    assert "48,10" in page.text
    table = pages.get("/outils/tarifs?texte=A43-6&date=2022-01-03")
    assert "à confirmer\u00a0: 39 × 13 = 507,00" in text_of(table, ".tariff-table")


@pytest.mark.parametrize("act", ["representation", "permanence"])
def test_a_minor_s_supplement_is_refused_where_the_text_excludes_it(
    catalogue: Catalogue, act: str
) -> None:
    with pytest.raises(WrongQuantity, match="mineur ne se cumule"):
        pay_delegate(catalogue, date(2022, 3, 1), PERSON, {act: 1, "mineur": 1})


def test_a_minor_s_supplement_with_a_notification_recalls_the_exception(
    catalogue: Catalogue,
) -> None:
    pay = pay_delegate(catalogue, date(2022, 3, 1), PERSON, {"notification": 1, "mineur": 1})
    assert pay.total == Decimal("18.00")
    assert "390-1" in pay.rules[0]


@pytest.mark.parametrize(
    ("ordered", "others", "said"),
    [
        (date(2024, 6, 29), {"notification": 1}, "aucune autre mission"),
        (date(2024, 6, 30), {"composition-controle-simple": 1}, "réparation du préjudice"),
        (date(2026, 6, 10), {"notification": 1, "permanence": 1}, "réparation du préjudice"),
    ],
)
def test_a_reminder_then_a_warning_refuse_what_the_text_excludes(
    catalogue: Catalogue, ordered: date, others: dict[str, int], said: str
) -> None:
    with pytest.raises(WrongQuantity, match=said):
        pay_delegate(catalogue, ordered, PERSON, {"rappel-a-la-loi": 1, **others})


def test_what_is_inferred_is_said_of_its_row_and_of_its_letter(catalogue: Catalogue) -> None:
    day = date(2026, 6, 1)
    (ended,) = catalogue.deduced(catalogue.by_id["mobile-trafic-vers-etranger-plateforme-20161121"])
    assert "30 avril 2026" in ended
    psychiatry = catalogue.required("expertise-psychiatrique-liberal", day)
    assert any("42,50" in said and "39 €" in said for said in catalogue.deduced(psychiatry, day))
    pacific = catalogue.required("jure-session-pacifique", day)
    assert any("R252" in said for said in catalogue.deduced(pacific, day))
    assert catalogue.deduced(catalogue.required("traduction-ecrite-option", day), day) == ()


def test_a_history_shows_no_amount_where_a_letter_has_no_value(catalogue: Catalogue) -> None:
    points = history(catalogue, "expertise-psychiatrique-liberal", date(2026, 11, 28))
    assert [(p.valid_from, p.valid_until, p.amount) for p in points][-2:] == [
        (date(2021, 9, 1), date(2023, 2, 20), Decimal("507.00")),
        (date(2023, 2, 21), None, None),
    ]


def test_the_pacific_s_rows_never_speak_of_the_smic(catalogue: Catalogue) -> None:
    pacific = [row for row in catalogue.rows if "Pacifique" in row.service]
    assert len(pacific) >= 20
    assert not [row.id for row in pacific if "S" in row.formula.replace("SMG", "")]
    assert not [row.id for row in pacific if "S : SMIC" in row.conditions]
