"""Errors are part of the site: a sentence, what to do, never a trace."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import abort
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from communaute import create_app
from communaute.extensions import limiter
from tests.conftest import settings_for
from tests.pages import Pages, one


@pytest.fixture(scope="module")
def breaking(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """An application with addresses that fail."""
    app = create_app(settings_for(tmp_path_factory.mktemp("breaking")), PROPAGATE_EXCEPTIONS=False)

    @app.get("/casse/<int:code>")
    def broken(code: int) -> str:
        if code == 500:
            raise RuntimeError("secret détail")
        abort(code)

    return Pages(app)


def test_an_unknown_page_offers_a_search_filled_with_the_words_of_the_address(pages: Pages) -> None:
    page = pages.get("/guides/verifier-signature-electronique-zzz", 404)
    assert str(one(page, "#recherche-404-champ")["value"]).startswith("guides verifier signature")
    assert page.select_one("main a[href='/guides/verifier-une-signature']")


def test_a_failure_gives_a_reference_and_no_detail(
    breaking: Pages, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        page = breaking.get("/casse/500", 500)
    reference = one(page, "strong").text
    assert "secret" not in str(page)
    assert any(reference in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("code", [400, 403, 405, 410, 413, 414, 415, 418, 429, 503])
def test_every_error_has_its_page(breaking: Pages, code: int) -> None:
    page = breaking.get(f"/casse/{code}", code)
    assert page.select_one("main a[href='/']")


def test_an_error_in_a_fragment_keeps_what_is_there(breaking: Pages) -> None:
    response = breaking.response("GET", "/casse/503", headers={"HX-Request": "true"})
    assert response.status_code == 503
    assert response.headers["HX-Reswap"] == "afterbegin"
    assert "<html" not in response.text


def test_a_method_that_is_not_taken_says_which_are(pages: Pages) -> None:
    response = pages.response("POST", "/outils/verifier-siret")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_the_address_of_a_form_leads_to_its_page_when_it_is_opened(pages: Pages) -> None:
    page = pages.get("/compte/structures/13/services", 405)
    assert "ne s’ouvre pas seule" in page.text
    assert one(page, "main a.fr-btn")["href"] == "/compte/structures/13"


@pytest.mark.parametrize(
    "address",
    [
        "/recherche?q=" + "a" * 5_000,
        "/recherche?q=%00%01%ff",
        "/recherche?q=" + "%E2%80%AE" * 50,
        "/recherche?q[]=1&q=2",
        "/guides/?page=-1",
        "/guides/?page=999999999999999999999",
        "/guides/?page=%C2%B2",
        "/guides/?public=%00",
        "/guides/?page=1e9",
        "/outils/avis?page=//ailleurs.example",
        "/outils/avis",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/media/../../config.py",
        "/media/%2e%2e/%2e%2e/config.py",
        "/static/x/../../config.py",
        "/" + "a" * 5_000,
        "/guides/%F0%9F%92%A9",
        "/?%",
    ],
)
def test_odd_addresses_are_answered(pages: Pages, address: str) -> None:
    assert pages.response("GET", address).status_code in (200, 308, 404)


def test_too_long_an_address_is_said_to_be(pages: Pages) -> None:
    assert pages.response("GET", "/recherche?q=" + "a" * 20_000).status_code == 414


def test_too_large_a_body_is_refused_in_a_sentence(pages: Pages) -> None:
    page = pages.post("/outils/avis", 413, data={"remarque": "x" * 400_000})
    assert "Réduisez" in page.text


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Pages]:
    """An application whose limits are on; they belong to the process, so they are lifted again."""
    yield Pages(create_app(settings_for(tmp_path, limits="on"), TESTING=True))
    limiter.enabled = False


def test_too_many_requests_are_refused_with_a_time_to_wait(limited: Pages) -> None:
    statuses = [
        limited.response("POST", "/outils/avis", data={"page": "/nulle-part"}).status_code
        for _ in range(21)
    ]
    assert statuses[:20] == [404] * 20
    last = limited.response("POST", "/outils/avis", data={"page": "/nulle-part"})
    assert last.status_code == 429
    assert int(last.headers["Retry-After"]) > 0
    assert "Attendez" in last.text


@pytest.mark.parametrize("outage", [OperationalError, InterfaceError])
def test_a_database_that_is_gone_is_503_with_a_sentence(
    tmp_path: Path, outage: type[DBAPIError], caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings_for(tmp_path), PROPAGATE_EXCEPTIONS=False)

    @app.get("/panne")
    def gone() -> str:
        raise outage("SELECT 1", {}, RuntimeError("gone"))

    page = Pages(app).response("GET", "/panne")
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "30"
    assert "Attendez une minute" in page.text
    assert "does not answer" in caplog.text
