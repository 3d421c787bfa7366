"""The tariff tools when what is sent was never typed in their forms."""

from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote

import pytest
from flask import Flask

from communaute.domain.tariffs.amounts import work_out
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import WrongDate
from communaute.domain.tariffs.interpreting import in_paris
from tests.pages import Pages, one
from tests.tariffs.test_pages import plain


FINDER = "/outils/tarifs"
JOURNEY = {"kind": "travel", "date": "01/05/2022", "puissance": "5", "km": "3"}


@pytest.fixture
def live(app: Flask) -> Pages:
    """Pages over an empty database of their own."""
    return Pages(app)


def test_a_mission_that_begins_with_the_calendar_gets_its_sentence(pages: Pages) -> None:
    times = "debut=0001-01-01T00:00&fin=02/06/2019+00:00"
    page = pages.get(f"{FINDER}/interpretation?requisition=20/05/2019&{times}", status=422)
    assert "n’est pas une date du calendrier" in plain(one(page, ".fr-error-text"))


@pytest.mark.parametrize(
    "moment",
    ["0001-01-01T00:00", "0001-01-01T00:00+02:00", "9999-12-31T23:59-02:00"],
)
def test_no_moment_of_the_calendar_stops_the_calculator(moment: str) -> None:
    with pytest.raises(WrongDate, match="sort du calendrier"):
        in_paris(datetime.fromisoformat(moment))


@pytest.mark.parametrize(
    "address", ["https://[", "https://a]b/", "https://un espace.fr", "http://a"]
)
def test_a_source_that_is_no_address_gets_its_sentence(live: Pages, address: str) -> None:
    page = live.post(f"{FINDER}/signaler", status=422, data={"message": "x", "source": address})
    assert "commence par https://" in one(page, ".fr-error-text").text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ("puissance=0&km=3", "puissance"),
        ("puissance=5&km=3&deja=-1", "deja"),
        ("puissance=5&km=0", "km"),
        ("puissance=5&km=0,00000000001", "km"),
    ],
)
def test_what_is_wrong_stands_beside_its_own_field(pages: Pages, wrong: str, field: str) -> None:
    page = pages.get(f"{FINDER}/deplacement?date=01/05/2022&{wrong}", status=422)
    assert [tag["id"] for tag in page.select("[aria-invalid]")] == [field]


def test_only_what_a_calculator_asks_is_kept(live: Pages) -> None:
    """A kept question is written for ever, and becomes the arguments of a link."""
    more = {"nom": "Alix Exemple", "_scheme": "javascript", "_external": "1", "endpoint": "x"}
    kept = live.response("POST", f"{FINDER}/calculs", data={**JOURNEY, **more})
    page = live.get(kept.headers["Location"])
    link = one(page, f".tool a[href*='{FINDER}/deplacement']")
    assert link["href"] == f"{FINDER}/deplacement?date={quote('01/05/2022', '/')}&puissance=5&km=3"


def test_a_value_that_the_law_fixes_cannot_be_lent_to_this_site(catalogue: Catalogue) -> None:
    series, day = "delegue-rappel-a-la-loi-personne-physique", date(2022, 1, 3)
    assert "UV" in catalogue.required(series, day).formula
    fair = work_out(catalogue, series, day, {})
    assert work_out(catalogue, series, day, {"UV": Decimal(1000)}) == fair


def test_a_surcharge_rests_on_its_own_tariff(catalogue: Catalogue) -> None:
    day = date(2019, 6, 1)
    fair = work_out(catalogue, "interpretation-nuit", day, {})
    assert work_out(catalogue, "interpretation-nuit", day, {"base": Decimal(1000)}) == fair


@pytest.mark.parametrize("file", ["tarifs.csv", "tarifs.json", "tarifs/schema.json"])
def test_open_data_is_for_other_sites_at_each_request(shared_app: Flask, file: str) -> None:
    client = shared_app.test_client()
    for _ in range(2):
        answer = client.get(f"/outils/{file}")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_what_is_kept_of_a_page_is_no_other_address(pages: Pages) -> None:
    pages.get(f"{FINDER}/donnees")
    pages.get(f"{FINDER}/data", status=404)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ("delegues?requisition=01/01/2022&statut=zzz&acte-mineur=1", "statut"),
        ("delegues?requisition=01/01/2022&statut=association&acte-mineur=101", "acte-mineur"),
        ("formule?tarif=toxicologie-ethanol&date=01/01/2022&nombre=&territoire=zzz", "territoire"),
        ("formule?tarif=autopsie&date=01/01/2022&nombre=0&v-CS=25", "nombre"),
        ("formule?tarif=autopsie&date=01/01/2022&nombre=&v-CS=-1", "v-CS"),
        ("traduction?requisition=01/01/2019&mots=10&remise=demain", "remise"),
        ("interpretation?requisition=%00&debut=%F0%9F%98%80&fin=" + "9" * 500, "requisition"),
    ],
)
def test_nonsense_stands_beside_its_field(pages: Pages, sent: str, field: str) -> None:
    page = pages.get(f"{FINDER}/{sent}", status=422)
    assert field in [
        tag.get("id") or "" for tag in page.select("[aria-invalid], .fr-fieldset--error")
    ]
