"""DSFR's components that pages use, joined in one sheet: none is missing, none is changed."""

import re
from pathlib import Path

import pytest

from communaute.web.vendoring import DSFR, JOINED, SHEETS
from tests.conftest import ROOT


SITE = ROOT / "site"
DIST = ROOT / "node_modules" / DSFR / "dist"
# Where a class of DSFR can be written.
WRITTEN = ("**/*.html", "**/*.py", "content/**/*.md", "static/js/*.js", "static/css/*.css")
TOKEN = re.compile(r"\bfr-[\w-]+")
CLASS = re.compile(r"\.(fr-[\w-]+)")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
PRELUDE = re.compile(r"([^{}]+)\{")
COMMA = re.compile(r",(?![^(]*\))")
ADDRESSES = re.compile(r"url\([^d)][^)]*\)")


@pytest.fixture(scope="module")
def sheet() -> str:
    path = SITE / "static" / "vendor" / "dsfr" / JOINED
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    if not DIST.is_dir():
        pytest.skip("no node_modules: make assets")


def selectors(css: str) -> set[str]:
    """Every selector that has a rule."""
    preludes = PRELUDE.findall(COMMENT.sub("", css))
    return {one.strip() for prelude in preludes for one in COMMA.split(prelude)}


@pytest.mark.slow
def test_every_rule_that_a_page_may_need_is_in_the_sheet(sheet: str) -> None:
    """Those of the whole of DSFR whose classes are all written somewhere, its dark scheme's included."""
    used = {
        token
        for pattern in WRITTEN
        for path in SITE.glob(pattern)
        for token in TOKEN.findall(path.read_text(encoding="utf-8"))
    }
    whole = selectors((DIST / "dsfr.main.min.css").read_text(encoding="utf-8"))
    needed = {one for one in whole if set(CLASS.findall(one)) <= used and not one.startswith("@")}
    assert len(needed) > 1_000
    assert ":root[data-fr-theme=dark]" in needed
    assert sorted(needed - selectors(sheet)) == []


def test_the_rules_are_those_that_npm_gave(sheet: str) -> None:
    parts = "\n".join((DIST / name).read_text(encoding="utf-8") for name in SHEETS)
    assert ADDRESSES.sub("", sheet) == ADDRESSES.sub("", parts)


def test_every_image_of_the_sheet_is_there(sheet: str) -> None:
    folder = SITE / "static" / "vendor" / "dsfr"
    addresses = {address[4:-1].strip("\"'").split("?")[0] for address in ADDRESSES.findall(sheet)}
    images = {Path(address) for address in addresses if address.endswith(".svg")}
    assert len(images) > 20
    assert sorted(str(image) for image in images if not (folder / image).is_file()) == []
