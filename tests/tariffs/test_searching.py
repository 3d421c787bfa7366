"""Tariffs in search: a document for each series, and the card that answers."""

from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from communaute.blueprints.tariffs.data import tariffs
from communaute.blueprints.tariffs.searching import documents, tariff_card, without_day
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.finder import Query
from search_index import build, open_index
from tests.pages import Pages


TODAY = date(2026, 11, 23)


def test_every_row_is_in_a_document_that_says_its_amount(
    shared_app: Flask, catalogue: Catalogue
) -> None:
    with shared_app.test_request_context():
        found = list(documents(TODAY))
    assert len({document.id for document in found}) == len(catalogue.series) == len(found)
    by_url = {document.url: document.body for document in found}
    for row in catalogue.rows:
        body = by_url[f"/outils/tarifs?tarif={row.series}"]
        assert row.text.split()[-1].strip("()°") in body


def test_the_document_leads_to_its_tariff(shared_app: Flask) -> None:
    with shared_app.test_request_context():
        by_title = {d.title: d for d in documents(TODAY)}
    page = Pages(shared_app).get(by_title["Autopsie avant inhumation"].url)
    assert page.select("#autopsie")


def test_a_series_that_ended_ranks_as_expired(shared_app: Flask) -> None:
    with shared_app.test_request_context():
        by_series = {d.url.rpartition("=")[2]: d for d in documents(TODAY)}
    assert by_series["interpretation-heure"].expired
    assert not by_series["autopsie"].expired


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("interprète dimanche nuit", "88,50"),
        ("autopsie", "CS × 6"),
        ("IP. 1", "39,00"),
        ("certificat circonstancié majeur", "160,00"),
    ],
)
def test_a_search_about_few_tariffs_is_answered_with_their_amounts(
    shared_app: Flask, typed: str, amount: str
) -> None:
    with shared_app.test_request_context():
        card = tariff_card(typed)
    assert card is not None
    assert any(amount in value for _, value in card.facts)
    assert "à confirmer sur Légifrance" in card.lines[0]
    assert Pages(shared_app).get(card.links[0].url).select(".tariff")


@pytest.mark.parametrize(
    "typed",
    [
        *("", "de la", "expertise", "xyzzy", "balistique", "facture", "mandat", "\0"),
        *("moyen de paiement", "adresse", "copie de facture", "mandat de facturation", "compte"),
    ],
)
def test_a_search_about_many_tariffs_or_none_has_no_card(shared_app: Flask, typed: str) -> None:
    with shared_app.test_request_context():
        assert tariff_card(typed) is None


def test_the_index_holds_the_tariffs_and_leads_to_them(shared_app: Flask, tmp_path: Path) -> None:
    with shared_app.test_request_context():
        build(tmp_path, list(documents(TODAY)))
    index = open_index(tmp_path)
    for typed, series in (("autopsie inhumation", "autopsie"), ("MA 70", "mobile-code-puk")):
        hits = index.search(typed, limit=10).hits
        found = [hit.url.rpartition("=")[2] for hit in hits]
        assert any(name.startswith(series) for name in found), found
    assert "CS × 6" in index.search("autopsie avant inhumation").hits[0].excerpt


def test_every_row_is_reached_by_searching_its_words(
    shared_app: Flask, catalogue: Catalogue, tmp_path: Path
) -> None:
    """By a result, by the history of a result's card, or by the link of the answer card."""
    with shared_app.test_request_context():
        build(tmp_path, list(documents(TODAY)))
        index = open_index(tmp_path)
        for series, rows in catalogue.series.items():
            typed = f"{rows[-1].service} {rows[-1].articles[0]}"
            hits = index.search(typed, limit=10, inside=3).hits
            urls = [url for hit in hits for url in (hit.url, *(one.url for one in hit.inside))]
            found = [url.rpartition("=")[2] for url in urls]
            reached = {row.series for name in found for row in catalogue.history(name)}
            assert series in reached | in_the_card(typed), typed


def test_the_tariffs_below_a_result_have_names_that_tell_them_apart(indexed_app: Flask) -> None:
    """They are sections of one page, its category: their own names differ, not their headings."""
    page = Pages(indexed_app).get("/recherche?q=interprète+nuit+tarif")
    below = [[link.text for link in one.select("a")] for one in page.select(".result__inside")]
    assert any(len(names) > 1 for names in below)
    assert all(len(names) == len(set(names)) for names in below)


def in_the_card(typed: str) -> set[str]:
    """The series that the answer card's link leads to."""
    card = tariff_card(typed)
    asked = parse_qs(urlsplit(card.links[0].url).query) if card else {}
    words = asked.get("q", [""])[0]
    found = tariffs().finder.find(Query(words=words)).series if words else ()
    return {*found, *asked.get("tarif", [])}


def test_a_search_of_a_mission_too_old_says_so_and_leads_to_its_calculation(
    shared_app: Flask, pages: Pages
) -> None:
    with shared_app.test_request_context():
        old = tariff_card("interprète dimanche nuit juin 2022")
        undated = tariff_card("interprète dimanche nuit")
    assert old is not None
    assert undated is not None
    assert "est passé depuis le 1er\u00a0juin\u00a02023" in old.lines[-1]
    assert "délai" not in " ".join(undated.lines)
    said = [link.label for link in old.links]
    assert any(label.startswith("Calculer") for label in said)
    assert any("que faire" in label for label in said)
    for link in old.links:
        pages.get(link.url)


def test_a_search_about_a_tariff_that_ended_says_so_first(shared_app: Flask) -> None:
    with shared_app.test_request_context():
        card = tariff_card("interprétation majoration première heure A43-7")
    assert card is not None
    assert "Ce tarif n’est plus en vigueur" in card.lines[0]
    assert "12,00" in card.facts[0][1]
    assert "du 11" in card.facts[0][1]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("interprète nuit dimanche juin 2022", "2022-06-01"),
        ("autopsie 19 juin 2022", "2022-06-19"),
        ("autopsie le 01/03/2021", "2021-03-01"),
    ],
)
def test_a_day_in_a_search_fills_the_finder(typed: str, day: str) -> None:
    rest, found = without_day(typed, date(2026, 11, 28))
    assert found == date.fromisoformat(day)
    assert not any(character.isdigit() for character in rest)


def test_a_year_is_its_last_day_and_this_year_is_today() -> None:
    today = date(2026, 11, 28)
    assert without_day("tarif interprète 2026", today) == ("tarif interprète", today)
    assert without_day("tarif interprète 2019", today) == ("tarif interprète", date(2019, 12, 31))
    assert without_day("article A43-7", today) == ("article A43-7", None)
