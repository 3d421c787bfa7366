"""The web process: pages in memory answered at once, bodies read as they come, the rest in threads."""

import asyncio
import gc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

from communaute import create_app
from communaute.serving import application
from communaute.serving.application import Server, environ_of
from communaute.wiring import current
from tests.conftest import settings_for
from tests.serving.talking import ask, scope_of


FORM = {"content_type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def server(shared_app: Flask) -> Server:
    return Server(shared_app)


def run(server: Server, method: str, address: str, chunks: Any = (), **headers: str) -> Any:
    return asyncio.run(ask(server, method, address, chunks, **headers))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("encoding", ["", "br", "gzip"])
def test_a_page_in_memory_is_what_the_application_says(
    server: Server, method: str, encoding: str
) -> None:
    client = server.app.test_client()
    client.get("/guides/")
    made = client.open("/guides/?x=1", method=method, headers={"Accept-Encoding": encoding})
    before = server.front.served
    status, headers, body = run(server, method, "/guides/", accept_encoding=encoding)
    assert server.front.served == before + 1
    assert (status, body) == (made.status_code, made.data)
    assert headers == {name.lower(): value for name, value in made.headers.items()}
    status, headers, body = run(
        server, method, "/guides/", accept_encoding=encoding, if_none_match=made.headers["ETag"]
    )
    assert (status, body) == (304, b"")
    assert headers["etag"] == made.headers["ETag"]
    assert "content-security-policy" in headers


def test_what_is_not_the_same_for_all_is_not_answered_from_memory(server: Server) -> None:
    run(server, "GET", "/guides/")
    before = server.front.served
    assert run(server, "GET", "/guides/", host="ailleurs.example")[0] == 400
    assert run(server, "POST", "/guides/")[0] == 405
    assert run(server, "GET", "/guides/", hx_request="true")[0] == 200
    assert server.front.served == before


def test_proxies_that_are_told_of_are_believed(tmp_path: Path) -> None:
    for count, kept in (("0", False), ("1", True)):
        app = create_app(settings_for(tmp_path, trusted_proxies=count), TESTING=True)
        told = Server(app)
        for _ in range(2):
            _, headers, _ = run(told, "GET", "/guides/", x_forwarded_proto="ftp, https")
            assert ("strict-transport-security" in headers) is kept
        assert told.front.served == 1


def test_a_form_reaches_its_view_whole(server: Server) -> None:
    sent = [b"courriel=personne%40exemple.fr&", b"mot_de_passe=rien"]
    length = str(sum(map(len, sent)))
    status, _, body = run(server, "POST", "/compte/connexion", sent, content_length=length, **FORM)
    assert status == 400  # no token: the form was read, and says so
    assert "recommencez" in body.decode()


def test_a_body_is_given_as_it_was_sent(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path), TESTING=True)
    app.add_url_rule("/echo", view_func=lambda: request.get_data(), methods=["POST"])
    sent = [bytes([number]) * 50_000 for number in range(5)]
    answer = run(Server(app), "POST", "/echo", sent, transfer_encoding="chunked")
    assert answer[2] == b"".join(sent)


def test_a_body_too_large_is_refused_with_the_site_s_page(server: Server) -> None:
    for headers in ({"content_length": "10000000"}, {"transfer_encoding": "chunked"}):
        chunks = [b"x" * 1_000_000] * 10
        status, _, body = run(server, "POST", "/compte/connexion", chunks, **FORM, **headers)
        assert status == 413
        assert "dépasse la taille permise" in body.decode()


def test_who_asks_before_sending_too_much_is_told_at_once(server: Server) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    answer = run(
        server, "POST", "/compte/connexion", never(), content_length="10000000", expect="100-continue", **FORM
    )  # fmt: skip
    assert answer[0] == 413


def test_who_goes_away_in_the_middle_is_not_taken_at_half_a_word(server: Server) -> None:
    assert run(server, "POST", "/compte/connexion", [b"courr", b""], content_length="400") is None


def test_who_sends_too_slowly_is_let_go(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "GRACE_SECONDS", 0.01)

    async def dripping() -> AsyncIterator[bytes]:
        yield b"a"
        await asyncio.Event().wait()

    status, headers, body = run(
        server, "POST", "/compte/connexion", dripping(), content_length="400"
    )
    assert status == 408
    assert "n’est pas arrivé" in body.decode()
    assert headers["x-content-type-options"] == "nosniff"


def test_too_many_at_once_are_told_to_come_back_but_for_pages_in_memory(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(server, "GET", "/guides/")
    monkeypatch.setattr(application, "MOST_WAITING", 0)
    status, headers, body = run(server, "GET", "/recherche?q=facture")
    assert status == 503
    assert headers["retry-after"].isdigit()
    assert "Attendez une minute" in body.decode()
    assert run(server, "GET", "/guides/")[0] == 200


def test_a_header_written_with_an_underscore_passes_for_no_proxy_s() -> None:
    import io

    scope = scope_of("GET", "/", {"x_forwarded_for": "192.0.2.1", "x-real": "yes"})
    environ = environ_of(scope, io.BytesIO())
    assert "HTTP_X_FORWARDED_FOR" not in environ
    assert environ["HTTP_X_REAL"] == "yes"


def test_an_address_too_long_is_said_in_french(server: Server) -> None:
    status, _, body = run(server, "GET", f"/recherche?q={'a' * 8_200}")
    assert status == 414
    assert "trop longue" in body.decode()


def test_what_is_loaded_is_not_looked_at_by_the_collector(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Going through all of it takes a quarter of a second, during which nobody is answered."""
    monkeypatch.setattr(application, "Server", lambda: server)
    pages = server.app.extensions[current.KEY].content.pages.values()
    try:
        assert application.started() is server
        looked_at = {id(each) for each in gc.get_objects()}
        assert not looked_at & {id(page) for page in pages}
    finally:
        gc.unfreeze()
