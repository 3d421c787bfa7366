"""Addresses that people type from memory lead to the page they mean."""

import pytest
from flask import Flask

from communaute.blueprints.content.typed import MEANT
from tests.pages import Pages


# What needs somebody signed in answers by the sign-in page: it is there all the same.
THERE = (200, 302)


@pytest.mark.parametrize(("typed", "meant"), MEANT.items())
def test_what_is_typed_leads_to_a_page_that_is_there(pages: Pages, typed: str, meant: str) -> None:
    answer = pages.response("GET", typed)
    assert (answer.status_code, answer.location) == (302, meant)
    assert pages.response("GET", meant).status_code in THERE


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/Connexion/", "/compte/connexion"),
        ("/Créer-un_compte", "/compte/inscription"),
        ("/login.php", "/compte/connexion"),
        ("/search?q=rejet", "/recherche?q=rejet"),
        ("/outils/tarifs/", "/outils/tarifs"),
        ("/GUIDES/", "/guides/"),
        ("/Compte/Connexion", "/compte/connexion"),
        ("/Guides/Deposer-une-facture.html", "/guides/deposer-une-facture"),
    ],
)
def test_capitals_accents_endings_and_slashes_are_nothing(
    pages: Pages, typed: str, meant: str
) -> None:
    asked = typed
    for _ in range(2):  # a slash at the end of a page is taken away first
        answer = pages.response("GET", asked)
        assert answer.status_code in (302, 308), asked
        asked = answer.location
        if asked == meant:
            return
    raise AssertionError(asked)


@pytest.mark.parametrize(
    "typed",
    [
        "/rien-de-connu",
        "/Rien-De-Connu/",
        "/guides/rien-de-connu",
        "/guides/RIEN",
        "/guides/?page=99",
        "/guides/💩",
        "/\\exemple.fr",
        "/%5Cexemple.fr/login",
        "/api/v1/Rien",
        "/.well-known/rien",
    ],
)
def test_what_means_nothing_is_not_found(pages: Pages, typed: str) -> None:
    answer = pages.response("GET", typed, follow_redirects=True)
    assert answer.status_code == 404


def test_two_slashes_never_lead_to_another_host(pages: Pages) -> None:
    for typed in ("//exemple.fr", "//exemple.fr/login", "/connexion//exemple.fr"):
        answer = pages.response("GET", typed)
        assert "//exemple.fr" not in (answer.location or "").removeprefix("http://localhost")


def test_only_reading_is_led(app: Flask) -> None:
    assert app.test_client().post("/connexion").status_code == 405


def test_a_fragment_that_is_not_there_stays_so(pages: Pages) -> None:
    answer = pages.response("GET", "/connexion", headers={"HX-Request": "true"})
    assert answer.status_code == 404
