"""The booklets of the paths: set on paper before anybody asks, and kept by what they say."""

import re
from functools import cache
from hashlib import sha256
from os import getpid
from pathlib import Path as FilePath
from threading import get_ident

from flask import render_template

from communaute.editorial.booklets import Booklet, booklet
from communaute.editorial.licence import CREDIT, LICENCE
from communaute.editorial.pages import Path
from communaute.web.pdf import render_pdf
from communaute.wiring import current
from communaute.wiring.layout import absolute


CSS = FilePath(__file__).resolve().parents[1] / "static" / "css"
# WeasyPrint and readers of EPUB do not apply a page's style to what an SVG holds: each carries its own.
SVG = re.compile(r"(<svg [^>]*>)")


@cache
def sheet(name: str) -> str:
    """One of our style sheets."""
    return (CSS / name).read_text(encoding="utf-8")


def drawn(text: str) -> str:
    """The same XHTML, each drawing with its style inside it."""
    style = f"<style>{sheet('booklet-drawings.css')}</style>"
    return SVG.sub(lambda tag: tag[1] + style, text)


def paths() -> list[Path]:
    """The paths that have a booklet: all of them."""
    return [page for page in current.content().pages.values() if isinstance(page, Path)]


def of_path(path: Path) -> Booklet:
    """The booklet of a path, as values."""
    return booklet(current.content(), path, absolute("/"))


def ready(path: Path) -> bytes | None:
    """The PDF that says what the pages say today; None while it waits for `fill`."""
    place = place_of(path)
    return place.read_bytes() if place.exists() else None


def place_of(path: Path) -> FilePath:
    """Where the PDF of a path is, or will be: the name says its words and its style."""
    return _place(path, _as_text(path))


def fill() -> int:
    """Set on paper what is not there yet, take away what no page says any more; answers how many were set.

    Seconds of processor for each: for the worker and for the command, never for a visitor.
    """
    wanted, count = set(), 0
    for path in paths():
        text = _as_text(path)
        place = _place(path, text)
        if not place.exists():
            _write(place, render_pdf(text, _style()))
            count += 1
        wanted.add(place)
    for kept in set(_shelf().glob("*.pdf")) - wanted:
        kept.unlink(missing_ok=True)
    return count


def _write(place: FilePath, pdf: bytes) -> None:
    """Whole or not at all: a visitor may be reading the folder, the worker and a command be setting it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_suffix(f".{getpid()}-{get_ident()}.part")
    draft.write_bytes(pdf)
    draft.replace(place)


def _as_text(path: Path) -> str:
    page = render_template(
        "content/booklet.html", booklet=of_path(path), licence=LICENCE, credit=CREDIT
    )
    return drawn(page)


def _shelf() -> FilePath:
    return current.settings().instance / "livrets"


def _place(path: Path, text: str) -> FilePath:
    digest = sha256(f"{_style()}\0{text}".encode()).hexdigest()[:20]
    return _shelf() / f"{path.slug}-{digest}.pdf"


def _style() -> str:
    return sheet("booklet-page.css") + sheet("booklet.css")
