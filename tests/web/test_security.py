"""Headers on every answer; forms that another site cannot send."""

import pytest
from flask import Flask

from tests.pages import Pages


ADDRESSES = ("/", "/outils/verifier-siret", "/recherche?q=x", "/nulle-part", "/sante", "/flux.atom")
FORM = {"page": "/mentions-legales", "utile": "oui"}


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_the_headers(pages: Pages, address: str) -> None:
    headers = pages.response("GET", address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "https://ailleurs.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:8000"}, 403),
        ({"Sec-Fetch-Site": "nonsense"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://ailleurs.example"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Origin": "http://localhost:5000"}, 200),  # BASE_URL, behind a proxy that hides it
    ],
)
def test_a_form_sent_by_another_site_is_refused(
    shared_app: Flask, pages: Pages, headers: dict[str, str], status: int
) -> None:
    pages.post("/outils/avis", status, data=FORM, headers=headers)
