"""What is made for one request travels compressed, unless a stranger could learn from its length."""

import gzip

import brotli
import pytest
from flask import Flask

from tests.pages import Pages


# Forms without an account, their refusals, an error, a text that is no page.
ADDRESSES = (
    ("/outils/signature", 200),
    ("/outils/changement-siret", 200),
    ("/outils/verifier-siret?siret=12", 422),
    ("/recherche?q=facture", 200),
    ("/nulle-part", 404),
    ("/api/v1/openapi.json", 200),
)
LOCKED = "/compte/connexion"


@pytest.mark.parametrize(("path", "status"), ADDRESSES)
def test_what_no_cookie_made_is_compressed_as_asked(pages: Pages, path: str, status: int) -> None:
    plain = pages.response("GET", path)
    assert (plain.status_code, "Content-Encoding" in plain.headers) == (status, False)
    for encoding, read in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        sent = pages.response("GET", path, headers={"Accept-Encoding": encoding})
        assert (sent.status_code, sent.headers["Content-Encoding"]) == (status, encoding)
        assert len(read(sent.data)) == pytest.approx(len(plain.data), abs=200)  # references differ
        assert int(sent.headers["Content-Length"]) == len(sent.data) < len(plain.data) / 2
        assert "Accept-Encoding" in sent.headers["Vary"]


@pytest.mark.parametrize(
    ("site", "compressed"),
    [
        ("same-origin", True),
        ("none", True),
        ("cross-site", False),
        ("same-site", False),
        ("", False),
    ],
)
def test_a_page_with_a_secret_is_compressed_only_for_whom_asked_for_it(
    app: Flask, site: str, compressed: bool
) -> None:
    headers = {"Accept-Encoding": "br"} | ({"Sec-Fetch-Site": site} if site else {})
    with app.test_client() as client:
        client.get(LOCKED)  # the session's cookie, which holds the token of its forms
        answer = client.get(LOCKED, headers=headers)
    assert answer.status_code == 200
    assert ("Content-Encoding" in answer.headers) is compressed


def test_a_cookie_of_any_kind_makes_a_page_private(pages: Pages) -> None:
    with pages.app.test_client() as client:
        client.set_cookie("invite", "x")
        answer = client.get("/outils/changement-siret", headers={"Accept-Encoding": "br"})
    assert "Content-Encoding" not in answer.headers
