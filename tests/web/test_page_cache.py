"""Pages kept in memory: the same bytes for everybody, 304, compressed, refreshed."""

import gzip
import threading
from pathlib import Path

import brotli
import pytest
from flask import Flask

from communaute.web.page_cache import PageCache
from tests.pages import Pages, one


def test_a_page_comes_compressed_as_asked(pages: Pages) -> None:
    plain = pages.response("GET", "/").data
    br = pages.response("GET", "/", headers={"Accept-Encoding": "gzip, br"})
    gz = pages.response("GET", "/", headers={"Accept-Encoding": "gzip"})
    none = pages.response("GET", "/", headers={"Accept-Encoding": "br;q=0"})
    assert brotli.decompress(br.data) == plain == gzip.decompress(gz.data) == none.data
    assert (br.headers["Content-Encoding"], gz.headers["Content-Encoding"]) == ("br", "gzip")
    assert br.headers["Vary"] == "Accept-Encoding"
    assert len({br.headers["ETag"], gz.headers["ETag"], none.headers["ETag"]}) == 3


def test_a_page_not_changed_is_not_sent_again(pages: Pages) -> None:
    first = pages.response("GET", "/")
    assert first.headers["Cache-Control"].startswith("public")
    again = pages.response("GET", "/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.data
    assert again.headers["ETag"] == first.headers["ETag"]
    other = pages.response("GET", "/", headers={"If-None-Match": '"autre"'})
    assert other.status_code == 200


def test_odd_queries_do_not_fill_the_memory(shared_app: Flask, pages: Pages) -> None:
    cache = shared_app.extensions["communaute"].pages
    pages.get("/guides/")
    before = len(cache.pages)
    for number in range(50):
        pages.response("GET", f"/guides/?x={number}&public=personne{number}")
    assert len(cache.pages) == before


def test_the_least_used_page_leaves_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("communaute.web.page_cache.MAXIMUM_PAGES", 2)
    cache = PageCache()
    for key in ("a", "b", "a", "c"):
        cache.get(key, lambda: "x", "text/html")
    assert list(cache.pages) == ["a", "c"]


def test_threads_share_a_page() -> None:
    cache = PageCache()
    barrier = threading.Barrier(8)
    seen = []

    def fetch() -> None:
        barrier.wait()
        seen.append(cache.get("a", lambda: "page", "text/html").forms["br"].etag)

    threads = [threading.Thread(target=fetch) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(seen)) == 1
    assert len(seen) == 8


def test_static_files_have_one_fingerprint_and_last_for_ever(pages: Pages) -> None:
    page = pages.get("/")
    addresses = [
        str(tag.get("href") or tag.get("src"))
        for tag in page.select("link[rel=stylesheet], script[src]")
    ]
    folders = {address.split("/")[2] for address in addresses}
    assert len(folders) == 1
    for address in addresses:
        with (
            pages.app.test_client() as client,
            client.get(address, headers={"Accept-Encoding": "br"}) as response,
        ):
            assert response.status_code == 200
            assert "immutable" in response.headers["Cache-Control"]
            assert "Access-Control-Allow-Origin" not in response.headers


def test_a_page_of_another_release_finds_its_style_which_is_not_kept(pages: Pages) -> None:
    address = str(one(pages.get("/"), "link[rel=stylesheet]")["href"])
    version = address.split("/")[2]
    client = pages.app.test_client()
    with client.get(address) as ours, client.get(address.replace(version, "0123456789ab")) as other:
        assert other.data == ours.data
        assert other.headers["Cache-Control"] == "no-cache"
        assert ours.headers["X-Content-Type-Options"] == "nosniff"
        assert "Content-Security-Policy" in ours.headers
    for unknown in ("/static/0123456789ab/nothing.css", "/static/0123456789ab/../config.py"):
        assert client.get(unknown).status_code == 404


def test_the_front_end_parts_are_what_npm_gave(shared_app: Flask) -> None:
    import hashlib
    import json

    vendor = Path(shared_app.root_path) / "static" / "vendor"
    manifest = json.loads((vendor / "MANIFEST.json").read_text())
    wanted = json.loads((Path(shared_app.root_path).parent.parent / "package.json").read_text())
    assert manifest["versions"] == wanted["dependencies"]
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == digest, name
