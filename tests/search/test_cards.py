"""Answers before results."""

import pytest
from flask import Flask, url_for

from communaute import blueprints
from communaute.blueprints.search.asking import Asked
from communaute.blueprints.search.cards import card_for
from communaute.blueprints.search.finding import find
from communaute.editorial.guidance import read_guidance
from communaute.web.cards import Card, naming_words
from tests.pages import Pages, one


def card_of(app: Flask, query: str) -> Card:
    with app.test_request_context():
        card = card_for(query)
    assert card, query
    return card


@pytest.mark.parametrize(
    "typed",
    ["73282932000074", "732 829 320 00074", "732.829.320-00074", "SIRET : 732 829 320 00074"],
)
def test_a_siret_typed_in_any_way_shows_its_parts(shared_app: Flask, typed: str) -> None:
    card = card_of(shared_app, typed)
    assert card.label == "SIRET"
    assert card.tone == "success"
    assert [name for name, _value in card.facts] == ["SIREN", "NIC"]
    assert card.links[0].url == "/outils/verifier-siret?siret=73282932000074"


def test_a_wrong_siret_says_what_is_wrong(shared_app: Flask) -> None:
    for typed, said in (("73282932000075", "5 derniers"), ("7328293200007", "il en manque un")):
        card = card_of(shared_app, typed)
        assert card.tone == "warning"
        assert said in card.lines[0]


def test_nine_digits_are_a_siren_or_a_wrong_one(shared_app: Flask) -> None:
    assert card_of(shared_app, "732 829 320").tone == "success"
    assert card_of(shared_app, "732829321").tone == "warning"


@pytest.mark.parametrize("typed", ["4 950 724", "2026", "A43-7", "12345678", "1" * 40, "siret"])
def test_another_number_is_no_siret(shared_app: Flask, typed: str) -> None:
    with shared_app.test_request_context():
        card = card_for(typed)
    assert card is None or card.label not in ("SIRET", "SIREN") or card.label == "Glossaire"


@pytest.mark.parametrize(
    "typed",
    ["suspendue", "Suspendu", "SUSPENDUE", "ma facture est suspendue", "statut « Suspendue » ?"],
)
def test_a_status_says_what_it_means_and_who_acts(shared_app: Flask, typed: str) -> None:
    card = card_of(shared_app, typed)
    assert (card.label, card.title) == ("Statut de facture", "Suspendue")
    assert ("Qui agit ensuite", "Le fournisseur") in card.facts
    assert card.links[0].url == "/statuts/suspendue"


def test_every_status_is_recognised_by_its_name(shared_app: Flask) -> None:
    content = shared_app.extensions["communaute"].content
    for page in content.sections["statuts"].pages:
        assert card_of(shared_app, page.title).title == page.title


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("EJ", "Engagement juridique (EJ)"),
        ("c’est quoi le PIGP ?", "PIGP"),
        ("numéro d’engagement", "Engagement juridique (EJ)"),
        ("siren", "SIREN"),
    ],
)
def test_a_term_or_acronym_alone_is_defined(shared_app: Flask, typed: str, title: str) -> None:
    card = card_of(shared_app, typed)
    assert (card.label, card.title) == ("Glossaire", title)
    assert card.lines[0]


def test_the_name_of_a_tool_gives_the_tool(shared_app: Flask) -> None:
    for typed in ("Vérifier un SIRET", "verifier siret", "outil vérifier un siret"):
        card = card_of(shared_app, typed)
        assert (card.label, card.frame) == ("Outil", "/outils/verifier-siret")


@pytest.mark.parametrize(
    "typed", ["", "?", "a", "délai de paiement d’un mémoire", "suspendue ou rejetée", "une mairie"]
)
def test_what_names_nothing_has_no_card(shared_app: Flask, typed: str) -> None:
    with shared_app.test_request_context():
        assert card_for(typed) is None


def test_every_provider_accepts_any_text(shared_app: Flask) -> None:
    with shared_app.test_request_context():
        for provider in blueprints.cards():
            for typed in ("", " ", "\x00", "é" * 200, "🙂", "<b>", "٣٣٣٣٣٣٣٣٣٣٣٣٣٣", "²³¹" * 4):
                card = provider(typed)
                assert card is None or (card.label and card.title), (provider, typed)


def test_naming_words_compare_across_case_accents_number_and_gender() -> None:
    assert (
        naming_words("Rejetée") == naming_words("les factures rejetees") == naming_words("REJETÉ")
    )
    assert naming_words("L’œuvre") == naming_words("oeuvre")
    assert naming_words("de la") == ("d", "la")
    assert naming_words("?!") == ()


def test_the_card_stands_above_the_results_and_links_work(search: Pages) -> None:
    page = search.get("/recherche?q=suspendue")
    card = one(page, ".answer")
    assert card.find_next(id="resultats-titre")
    for link in card.select("a"):
        assert search.response("GET", str(link["href"])).status_code == 200


def test_a_siret_is_answered_even_without_results(search: Pages) -> None:
    page = search.get("/recherche?q=732 829 320 00074")
    assert "SIRET bien formé" in one(page, ".answer").text
    assert "n’est écrit sur aucune page" in page.text


def test_the_tool_of_a_card_is_ready_to_use(search: Pages) -> None:
    frame = one(search.get("/recherche?q=vérifier un siret"), ".answer__tool")
    assert "<form" in search.fragment(str(frame["hx-get"]))


@pytest.mark.parametrize(
    "typed",
    [
        "changer de SIRET",
        "modifier mon SIRET",
        "nouveau siret",
        "comment changer de siret dans chorus pro ?",
        "j’ai déménagé, siret",
    ],
)
def test_who_wants_another_siret_is_offered_the_rehearsal(shared_app: Flask, typed: str) -> None:
    card = card_of(shared_app, typed)
    assert (card.label, card.frame) == ("Outil", "/outils/changement-siret")


@pytest.mark.parametrize("typed", ["siret du client", "siret invalide", "changer de mot de passe"])
def test_another_wish_about_a_siret_is_not_taken_for_a_change(
    shared_app: Flask, typed: str
) -> None:
    with shared_app.test_request_context():
        card = card_for(typed)
    assert card is None or card.frame != "/outils/changement-siret"


def test_a_siret_typed_leads_to_its_change_too(shared_app: Flask) -> None:
    links = [link.url for link in card_of(shared_app, "732 829 320 00074").links]
    assert "/outils/changement-siret" in links


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("ma facture a été rejetée par la mairie", "Rejetée"),
        ("suspendue par l’hôpital", "Suspendue"),
        ("service fait chorus pro", "Service fait"),
    ],
)
def test_neither_the_recipient_nor_the_site_s_name_hides_a_status(
    shared_app: Flask, typed: str, title: str
) -> None:
    assert card_of(shared_app, typed).title == title


def test_a_word_that_only_ends_like_a_name_is_no_card(shared_app: Flask) -> None:
    for typed in ("ma facture ne passe pas", "facture pas passée"):
        with shared_app.test_request_context():
            assert card_for(typed) is None, typed


def test_help_is_no_tariff(shared_app: Flask) -> None:
    for typed in ("aide", "besoin d’aide", "aide chorus pro"):
        with shared_app.test_request_context():
            card = card_for(typed)
        assert card is None or "Tarif" not in card.label, typed


def test_every_tool_has_its_card_by_name_and_by_task(indexed_app: Flask) -> None:
    site = indexed_app.extensions["communaute"]
    guidance = read_guidance(site.content.directory, site.content.tool_addresses)
    with indexed_app.test_request_context():
        for name, tool in site.tools.items():
            if not tool.public:
                continue
            card = card_for(tool.title)
            assert card, name
            texts = [
                t for e in guidance.tasks for t in e.texts if e.address == url_for(tool.endpoint)
            ]
            cards = [card_for(text, find(Asked(query=text)).task) for text in texts]
            assert all(cards), name
