"""Tariffs in search: a document for each series, and the card that answers."""

from datetime import date

import pytest
from flask import Flask

from communaute.blueprints.tariffs.searching import answers, search_documents
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.finder import Finder
from tests.pages import Pages


TODAY = date(2026, 11, 23)


def test_every_row_is_in_a_document_that_says_its_amount(
    shared_app: Flask, catalogue: Catalogue
) -> None:
    with shared_app.test_request_context():
        documents = list(search_documents(catalogue, TODAY))
    assert len({document.id for document in documents}) == len(catalogue.series) == len(documents)
    by_url = {document.url: document.body for document in documents}
    for row in catalogue.rows:
        body = by_url[f"/outils/tarifs?tarif={row.series}"]
        assert row.text.split()[-1].strip("()°") in body


def test_the_document_leads_to_its_tariff(shared_app: Flask, catalogue: Catalogue) -> None:
    with shared_app.test_request_context():
        documents = {d.title: d for d in search_documents(catalogue, TODAY)}
    page = Pages(shared_app).get(documents["Autopsie avant inhumation"].url)
    assert page.select("#autopsie")


def test_a_series_that_ended_ranks_as_expired(shared_app: Flask, catalogue: Catalogue) -> None:
    with shared_app.test_request_context():
        documents = {d.url.rpartition("=")[2]: d for d in search_documents(catalogue, TODAY)}
    assert documents["interpretation-heure"].expired
    assert not documents["autopsie"].expired


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("interprète dimanche nuit première heure", "88,50"),
        ("autopsie", "CS × 6"),
        ("IP. 1", "39,00"),
        ("certificat circonstancié majeur", "160,00"),
    ],
)
def test_a_query_about_few_tariffs_is_answered_with_its_amount(
    shared_app: Flask, catalogue: Catalogue, words: str, amount: str
) -> None:
    with shared_app.test_request_context():
        found = answers(Finder(catalogue), words, TODAY)
    assert any(amount in answer.amount for answer in found)
    assert all("à confirmer sur Légifrance" in answer.warning for answer in found)


@pytest.mark.parametrize("words", ["", "expertise", "xyzzy", "balistique"])
def test_a_query_about_many_tariffs_or_none_has_no_card(
    shared_app: Flask, catalogue: Catalogue, words: str
) -> None:
    with shared_app.test_request_context():
        assert answers(Finder(catalogue), words, TODAY) == []
