"""Page or fragment."""

import pytest

from tests.pages import Pages


ADDRESS = "/outils/verifier-siret"


@pytest.mark.parametrize(
    ("headers", "whole"),
    [
        ({}, True),
        ({"HX-Request": "true"}, False),
        ({"HX-Request": "true", "HX-Boosted": "true"}, True),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, True),
    ],
)
def test_a_fragment_is_for_swaps_only(pages: Pages, headers: dict[str, str], whole: bool) -> None:
    response = pages.response("GET", ADDRESS, headers=headers)
    assert ("<html" in response.text) is whole
    assert "HX-Request" in response.headers["Vary"]


@pytest.mark.parametrize("tool", ["tarifs", "signature", "inscription"])
def test_a_page_of_origin_that_is_no_address_changes_nothing(pages: Pages, tool: str) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://["}
    assert "<html" not in pages.response("GET", f"/outils/{tool}", headers=headers).text


def test_anybody_can_ask_for_the_fragment(pages: Pages) -> None:
    assert "<html" not in pages.response("GET", ADDRESS + "?fragment=1").text


def test_a_whole_page_that_answers_htmx_takes_the_window(pages: Pages) -> None:
    """Somebody signed out meanwhile: the sign-in page must not land inside the tool."""
    asked = pages.response("GET", "/compte/connexion", headers={"HX-Request": "true"})
    assert asked.headers["HX-Retarget"] == "body"
    assert "HX-Retarget" not in pages.response("GET", "/compte/connexion").headers
    part = pages.response("GET", ADDRESS, headers={"HX-Request": "true"})
    assert "HX-Retarget" not in part.headers
