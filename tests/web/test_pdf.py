"""Pages set on paper: several at once, each with its own words."""

import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from communaute.web.pdf import FONT_SCHEME, render_pdf


STYLE = f"""
@font-face {{ font-family: Marianne; src: url("{FONT_SCHEME}Marianne-Regular.woff2"); }}
html {{ font: 10pt Marianne; }}
"""


def page(words: str) -> str:
    return f"<html lang=fr><title>{words}</title><h1>{words}</h1><p>{words} et la suite"


def words_of(document: bytes) -> str:
    told = subprocess.run(["pdftotext", "-", "-"], input=document, capture_output=True, check=True)
    return told.stdout.decode()


def fonts_of(document: bytes) -> str:
    told = subprocess.run(["pdffonts", "-"], input=document, capture_output=True, check=True)
    return told.stdout.decode()


def test_pages_set_at_once_keep_their_words_and_their_font() -> None:
    asked = [f"Page {rank}" for rank in range(6)]
    with ThreadPoolExecutor(6) as visitors:
        printed = list(visitors.map(lambda words: render_pdf(page(words), STYLE), asked))
    for words, document in zip(asked, printed, strict=True):
        told = words_of(document)
        assert words in told
        assert not [other for other in asked if other != words and other in told]
        assert "Marianne" in fonts_of(document)


def test_a_style_keeps_nothing_of_the_pages_before() -> None:
    first = render_pdf(page("Avant"), STYLE)
    render_pdf(page("Entre") + "<style>h1 { color: red }</style>", STYLE)
    again = render_pdf(page("Avant"), STYLE)
    assert words_of(again) == words_of(first)
    assert len(again) == len(first)


def test_the_fonts_of_a_style_are_unpacked_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    style = f"{STYLE} h1 {{ color: blue }}"
    render_pdf(page("Une"), style)
    unpacked = set(tmp_path.rglob("*"))
    render_pdf(page("Deux"), style)
    assert unpacked
    assert set(tmp_path.rglob("*")) == unpacked
