"""What browsers are told: the score of Mozilla's HTTP Observatory, computed from our own answers.

The modifiers are those of its published scoring guide (version 2, read in November 2026): everybody starts
at 100, bonuses count once 90 is reached without them, and A+ begins at 100.
"""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from communaute import create_app
from communaute.extensions import db
from tests.conftest import ROOT, settings_for


HALF_A_YEAR = 15_768_000
LIVE = "https://communaute.example"
PAGES = ("/", "/guides/", "/outils/signature", "/compte/connexion", "/recherche?q=facture")


@pytest.fixture(scope="module")
def in_production(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("production")
    settings = settings_for(
        folder, environment="production", secret_key="k" * 40, base_url=LIVE, smtp_url="none"
    )
    app = create_app(settings, TESTING=True)
    with app.app_context():
        db.create_all()
    return app


def directives(policy: str) -> dict[str, list[str]]:
    parts = [each.split() for each in policy.split(";") if each.strip()]
    return {name: values for name, *values in parts}


def policy_modifier(policy: str) -> int:
    """-25 without a policy, -20 with anything unsafe, +5 without, +10 when nothing is the default."""
    said = directives(policy)
    values = [value for listed in said.values() for value in listed]
    if not said:
        return -25
    if any("unsafe" in value or value in ("*", "http:", "https:") for value in values):
        return -20
    strict = said.get("default-src") == ["'none'"] and said.get("form-action") in (
        ["'self'"],
        ["'none'"],
    )
    return 10 if strict else 5


def cookies_modifier(answer: TestResponse) -> int:
    """0 without a cookie, +5 when each is out of reach of scripts, of plain HTTP and of other sites."""
    cookies = answer.headers.getlist("Set-Cookie")
    kept = all("Secure" in one and "HttpOnly" in one and "SameSite" in one for one in cookies)
    return 0 if not cookies else 5 if kept else -20


def score(answer: TestResponse) -> int:
    """The score of one page, redirection from plain HTTP aside (nginx's, seen below)."""
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "")
    _, _, age = headers.get("Strict-Transport-Security", "").partition("max-age=")
    framed = "frame-ancestors" in directives(policy)
    modifiers = [
        policy_modifier(policy),
        cookies_modifier(answer),
        0 if int(age.partition(";")[0] or 0) >= HALF_A_YEAR else -20,
        0 if headers.get("X-Content-Type-Options") == "nosniff" else -5,
        5 if framed else -20,
        5 if headers.get("Referrer-Policy") == "strict-origin-when-cross-origin" else 0,
        -50 if headers.get("Access-Control-Allow-Origin") == "*" else 0,
    ]
    without = 100 + sum(one for one in modifiers if one < 0)
    return without + sum(one for one in modifiers if one > 0) if without >= 90 else without


@pytest.mark.parametrize("address", PAGES)
def test_each_page_is_worth_a_plus(in_production: Flask, address: str) -> None:
    answer = in_production.test_client().get(address, base_url=LIVE)
    assert answer.status_code == 200
    assert score(answer) >= 120


def test_the_score_falls_with_each_header_that_goes(in_production: Flask) -> None:
    answer = in_production.test_client().get("/", base_url=LIVE)
    whole = score(answer)
    for name in ("Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options"):
        kept = answer.headers.pop(name)
        assert score(answer) < whole, name
        answer.headers[name] = kept
    answer.headers["Content-Security-Policy"] = "default-src *"
    assert score(answer) < 90


def test_no_script_comes_from_elsewhere(in_production: Flask) -> None:
    for address in PAGES:
        text = in_production.test_client().get(address, base_url=LIVE).text
        assert '<script src="http' not in text


def test_plain_http_leads_to_tls_on_the_same_host() -> None:
    nginx = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    assert "return 308 https://@DOMAINE@$request_uri;" in nginx
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in nginx


def test_cookies_are_bound_to_this_host_and_to_tls(in_production: Flask) -> None:
    client = in_production.test_client()
    answer = client.get("/compte/connexion", base_url=LIVE)
    (session,) = answer.headers.getlist("Set-Cookie")
    assert session.startswith("__Host-session=")
    assert "Domain" not in session
    assert "Path=/;" in f"{session};"
    practice = client.post("/outils/changement-siret/entrainement", base_url=LIVE)
    for cookie in practice.headers.getlist("Set-Cookie"):
        assert cookie.startswith("__Host-")


def test_nothing_lists_a_folder_or_shows_the_repository(in_production: Flask) -> None:
    client = in_production.test_client()
    for address in ("/.git/config", "/static/css/", "/media/x", "/.env", "/pyproject.toml"):
        assert client.get(address, base_url=LIVE).status_code == 404, address
    assert client.open("/", method="TRACE", base_url=LIVE).status_code == 405


def test_production_never_debugs(in_production: Flask) -> None:
    assert not in_production.debug
    assert in_production.test_client().get("/gestion/courrier", base_url=LIVE).status_code in (
        302,
        404,
    )
