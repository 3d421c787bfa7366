"""The booklet of each path: a tagged PDF and an EPUB from the pages of its steps."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path as FilePath
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from pyhanko.pdf_utils.reader import PdfFileReader

from communaute import create_app
from communaute.editorial.booklets import booklet, paper
from communaute.editorial.pages import Path
from communaute.extensions import db
from communaute.wiring import booklet_desk
from tests.conftest import settings_for
from tests.pages import Pages


SHORTEST = "developpeur"


@pytest.fixture
def alone(tmp_path: FilePath) -> Flask:
    """An application with a shelf of its own."""
    app = create_app(settings_for(tmp_path), TESTING=True)
    with app.app_context():
        db.create_all()
    return app


def paths(app: Flask) -> list[Path]:
    content = app.extensions["communaute"].content
    return [page for page in content.pages.values() if isinstance(page, Path)]


def test_a_step_stands_alone_on_paper() -> None:
    html = (
        '<h2 id="a">A</h2><a class="permalink" href="#a">#</a><details><summary>B</summary>C</details>'
        '<p hx-get="/x"><a href="/guides/deux#b">D</a> <a href="/guides/trois">E</a> <a href="#a">F</a></p>'
        '<img src="/media/x.svg" alt="Un dessin">'
    )
    made = paper(html, "etape-1", "/guides/un", "https://c.fr", {"/guides/deux": "etape-2"})

    for words in (
        '<h3 id="etape-1-a">',
        '<p class="paper-summary">B</p>',
        'href="#etape-2-b"',
        'href="https://c.fr/guides/trois"',
        'href="#etape-1-a"',
        '<p class="paper-picture">Un dessin</p>',
    ):
        assert words in made
    for word in ("permalink", "hx-get", "<img", "<details"):
        assert word not in made


def test_a_booklet_holds_each_step_of_its_path_once(shared_app: Flask) -> None:
    content = shared_app.extensions["communaute"].content
    for path in paths(shared_app):
        made = booklet(content, path, "https://c.fr/")
        assert [chapter.step for chapter in made.chapters] == list(path.steps)
        ids = [
            element.get("id")
            for chapter in made.chapters
            for element in ET.fromstring(f"<r>{chapter.body}</r>").iter()
            if element.get("id")
        ]
        assert len(ids) == len(set(ids))


def test_an_epub_is_one(shared_app: Flask) -> None:
    for path in paths(shared_app):
        answer = Pages(shared_app).response("GET", f"{path.url}.epub")
        assert answer.mimetype == "application/epub+zip"
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            first = book.infolist()[0]
            assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
            assert book.read("mimetype") == b"application/epub+zip"
            pages = [name for name in book.namelist() if name.endswith((".xhtml", ".opf", ".xml"))]
            trees = {name: ET.fromstring(book.read(name)) for name in pages}
        assert len([name for name in pages if "etape-" in name]) == len(path.steps)
        _links_lead_inside(trees)


def _links_lead_inside(trees: dict[str, ET.Element]) -> None:
    ids = {
        f"{name.rpartition('/')[2]}#{element.get('id')}"
        for name, tree in trees.items()
        for element in tree.iter()
        if element.get("id")
    }
    for tree in trees.values():
        for link in tree.iter("{http://www.w3.org/1999/xhtml}a"):
            href = link.get("href") or ""
            assert href.startswith(("http", "mailto:")) or "xhtml" in href, href
            if "xhtml#" in href:
                assert href in ids, href


@pytest.mark.slow
def test_the_pdf_is_tagged_and_names_its_language(alone: Flask) -> None:
    """The one booklet that is set here is the only one missing: the others are on the shelf."""
    with alone.app_context():
        for path in booklet_desk.paths():
            if path.slug != SHORTEST:
                on_the_shelf(path, b"%PDF of somebody else")
            else:
                half = booklet_desk.place_of(path).with_suffix(".part")
        half.write_bytes(b"what another process is writing")
        assert booklet_desk.fill() == 1
        assert half.read_bytes() == b"what another process is writing"

    answer = Pages(alone).response("GET", f"/parcours/{SHORTEST}.pdf")

    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert "attachment" in answer.headers["Content-Disposition"]
    root = PdfFileReader(io.BytesIO(answer.data)).root
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert "/StructTreeRoot" in root


def on_the_shelf(path: Path, pdf: bytes) -> None:
    place = booklet_desk.place_of(path)
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(pdf)


def test_asking_sets_nothing_and_says_when_to_come_back(alone: Flask) -> None:
    answer = Pages(alone).response("GET", "/parcours/travaux.pdf")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "300"
    assert "Ce livret se prépare" in answer.text
    with alone.app_context():
        assert not booklet_desk.place_of(booklet_desk.paths()[0]).parent.exists()


def test_what_the_worker_set_is_what_a_visitor_takes(alone: Flask) -> None:
    with alone.app_context():  # as a task: without a request
        for path in booklet_desk.paths():
            on_the_shelf(path, path.slug.encode())
        forgotten = booklet_desk.place_of(booklet_desk.paths()[0]).with_name("travaux-0000.pdf")
        forgotten.write_bytes(b"what a page said yesterday")

        assert booklet_desk.fill() == 0

        assert not forgotten.exists()
    assert Pages(alone).response("GET", "/parcours/travaux.pdf").data == b"travaux"


def test_another_word_is_another_booklet(alone: Flask) -> None:
    with alone.app_context():
        one, *_ = booklet_desk.paths()
        before = booklet_desk.place_of(one)

        assert booklet_desk.place_of(replace(one, title="Un autre titre")) != before
        assert booklet_desk.place_of(one) == before


def test_what_is_no_path_has_no_booklet(pages: Pages) -> None:
    for form in ("pdf", "epub"):
        assert pages.response("GET", f"/parcours/nulle-part.{form}").status_code == 404
