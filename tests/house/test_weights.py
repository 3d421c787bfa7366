"""What each kind of page weighs is written in weights.csv, and no page grows past it unnoticed."""

import csv
from functools import lru_cache
from pathlib import Path

import brotli
import pytest
from flask import Flask

from tests.pages import soup_of


KEPT = Path(__file__).with_name("weights.csv")
LINES = list(csv.DictReader(KEPT.read_text(encoding="utf-8").splitlines()))
# Content grows a sentence at a time: past this, somebody lightens the page or writes its new weight.
MORE = 1.1
PARTS = "link[rel=stylesheet]:not([media=print]), script[src]"


@lru_cache(maxsize=64)
def compressed(path: Path) -> int:
    """The bytes of a static file as set-up compresses it."""
    return len(brotli.compress(path.read_bytes()))


def weighed(app: Flask, path: str) -> tuple[int, int]:
    """The page's own bytes, and those of its sheets and scripts, with brotli."""
    with app.test_client() as client:
        answer = client.get(path, headers={"Accept-Encoding": "br", "Sec-Fetch-Site": "none"})
        assert answer.status_code == 200, path
        assert answer.headers["Content-Encoding"] == "br", path
        page = soup_of(brotli.decompress(answer.data).decode())
    addresses = (str(tag.get("href") or tag.get("src")) for tag in page.select(PARTS))
    static = Path(app.root_path) / "static"
    parts = sum(compressed(static / address.split("/", 3)[3]) for address in addresses)
    return len(answer.data), parts


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["page"])
def test_a_page_weighs_what_is_written(indexed_app: Flask, line: dict[str, str]) -> None:
    page, parts = weighed(indexed_app, line["page"])
    heavier = page > int(line["html"]) * MORE or parts > int(line["parts"]) * MORE
    assert not heavier, (
        f"{line['page']} weighs {page} and {parts} bytes: lighten it, or write "
        f"« {line['page']},{page},{parts} » in weights.csv and say why"
    )
