"""`content export`: the content as files, which lead to one another, under a server and from a disk."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from flask import Flask
from playwright.sync_api import Browser

from benchmarks.copy_search import measured
from communaute import create_app
from communaute.editorial import pages as kinds
from communaute.extensions import db
from communaute.web.static_copy import StaticCopy, file_of
from communaute.wiring import current
from communaute.wiring.site_copy import CopyFault, make_copy
from tests.browser.axe import OPTIONS
from tests.browser.conftest import NARROW
from tests.conftest import ROOT, settings_for
from tests.search.wordings import ours


LIVE = "https://communaute.example"
SUBMITTED = "/temoignages/confie-a-l-essai"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/", "index.html"),
        ("/guides/", "guides/index.html"),
        ("/guides/creer", "guides/creer.html"),
        ("/guides/creer?parcours=travaux", "guides/creer.parcours-travaux.html"),
        ("/questions/?page=2", "questions/index.page-2.html"),
        ("/guides/creer.atom", "guides/creer.atom"),
        ("/static/ab/css/site.css", "style/ab/css/site.css"),
    ],
)
def test_each_address_has_a_file(address: str, expected: str) -> None:
    assert file_of(address) == expected


def test_links_lead_from_file_to_file_or_to_the_site() -> None:
    copy = StaticCopy(LIVE, lambda address: address.startswith("/guides/"), "Copie du jour.")
    page = (
        '<main id="contenu" tabindex="-1"><a href="/guides/b?parcours=x&amp;page=2#fin">b</a>'
        '<a href="#haut">h</a><a href="/guides/b?parcours=x&amp;page=2">b</a><a href="/compte/">c</a><a href="https://ailleurs.example/">a</a>'
        '<form action="/recherche" hx-get="/recherche/suggestions"><input name="q"></form>'
        '<script type="module" src="/static/a/js/site.js"></script>'
    )
    made = copy.page(page, "/guides/a")
    assert 'href="b.page-2.parcours-x.html#fin"' in made
    assert 'href="#haut"' in made
    assert f'href="{LIVE}/compte/"' in made
    assert 'href="https://ailleurs.example/"' in made
    assert 'action="../recherche.html"' in made
    assert "hx-" not in made
    assert "<script" not in made
    assert f'Copie du jour. <a href="{LIVE}/guides/a">' in made
    assert copy.links_of(page, "/guides/a") == ["/guides/b?parcours=x&page=2"]


def test_a_folder_that_holds_something_else_is_left_alone(
    shared_app: Flask, tmp_path: Path
) -> None:
    (tmp_path / "lettre.txt").write_text("à garder")
    with pytest.raises(CopyFault, match="autre chose"):
        make_copy(shared_app, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["lettre.txt"]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of all the content but the booklets, which take a minute to set."""
    folder = tmp_path_factory.mktemp("copy")
    app = create_app(settings_for(folder / "instance", base_url=LIVE), TESTING=True)
    with app.app_context():
        db.create_all()
    confide(app)
    assert make_copy(app, folder / "copie", booklets=False) > 900
    return folder / "copie"


def confide(app: Flask) -> None:
    """A testimonial sent through the site, which its author may withdraw any day."""
    state = app.extensions[current.KEY]
    content = state.content
    told = next(page for page in content.pages.values() if isinstance(page, kinds.Testimonial))
    sent = replace(told, url=SUBMITTED, slug="confie-a-l-essai", submission="essai")
    section = content.sections["temoignages"]
    state.content = replace(
        content,
        pages={**content.pages, SUBMITTED: sent},
        sections={
            **content.sections,
            "temoignages": replace(section, pages=(*section.pages, sent)),
        },
    )


def pages_of(folder: Path) -> Iterator[tuple[Path, BeautifulSoup]]:
    for path in sorted(folder.rglob("*.html")):
        yield path, BeautifulSoup(path.read_text("utf-8"), "lxml")


@pytest.mark.slow
def test_every_link_of_the_copy_leads_to_a_file_and_to_a_place_in_it(copied: Path) -> None:
    soups = dict(pages_of(copied))
    places = {path: {str(e["id"]) for e in soup.select("[id]")} for path, soup in soups.items()}
    broken = []
    for path, soup in soups.items():
        base = copied if path.name == "404.html" else path.parent
        for element in soup.select("[href], [src], form[action]"):
            said = str(element.get("href") or element.get("src") or element.get("action"))
            parts = urlsplit(said)
            if parts.scheme:
                assert (
                    element.name in {"a", "form"}
                    or element.get("rel") == ["canonical"]
                    or (element.get("rel") == ["alternate"])
                ), f"{path}: {element} is loaded from elsewhere"
                continue
            target = (base / unquote(parts.path).lstrip("/")).resolve() if parts.path else path
            if not target.is_file():
                broken.append(f"{path.relative_to(copied)} → {said}")
            elif parts.fragment and unquote(parts.fragment) not in places.get(
                target, {parts.fragment}
            ):
                broken.append(f"{path.relative_to(copied)} → {said}: no such place")
    assert not broken, "\n".join(broken[:30])


@pytest.mark.slow
def test_the_copy_holds_every_page_and_asks_nothing_of_a_server(
    copied: Path, shared_app: Flask
) -> None:
    content = shared_app.extensions[current.KEY].content
    for page in content.pages.values():
        if "#" not in page.url and page.url != "/accueil":
            assert (copied / file_of(page.url)).is_file(), page.url
    for path in copied.rglob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r'\shx-|type="module"|htmx', text), path
    assert (copied / "flux.atom").is_file()
    assert (copied / "guides/flux.atom").is_file()
    for name in ("index.html", "flux.atom", "recherche-donnees.js", "guides/creer-son-compte.html"):
        assert (copied / f"{name}.br").is_file()
        assert (copied / f"{name}.gz").is_file()
    assert {path.stat().st_mode & 0o777 for path in copied.rglob("*")} == {0o644, 0o755}


@pytest.mark.slow
def test_words_that_their_author_may_withdraw_are_not_copied(copied: Path) -> None:
    assert not (copied / file_of(SUBMITTED)).exists()
    naming = [p for p in copied.rglob("*") if p.is_file() and b"confie-a-l-essai" in p.read_bytes()]
    assert naming == []


@pytest.mark.slow
@pytest.mark.browser
def test_the_search_of_the_copy_finds_a_guide_from_the_disk(copied: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": NARROW, "height": 800}, offline=True)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((copied / "index.html").as_uri())
    page.fill("[name=q]", "saisir un mémoire de frais de justice")
    page.press("[name=q]", "Enter")
    first = page.locator("#resultats-liste > li:first-child a[href^='guides/']")
    assert page.locator("#resultats-titre").evaluate("e => e === document.activeElement")
    assert said == []
    axe = Axe().run(page, options=OPTIONS)
    assert [v["id"] for v in axe.response["violations"]] == []
    said.clear()  # axe reads the style sheets itself, which no page may do from a disk
    first.click()
    assert page.url.startswith("file:")
    assert "memoire" in page.url
    assert "moire" in page.locator("h1").inner_text()
    page.goto(
        (copied / "recherche.html").as_uri() + "?q=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E+zzzzz"
    )
    assert page.locator("#resultats img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    assert said == []
    page.close()


@pytest.mark.slow
def test_the_search_of_the_copy_answers_as_well_as_the_site_s(copied: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    first, in_three = measured(copied, ours("seen"))
    assert first > 0.85
    assert in_three > 0.95


@pytest.mark.slow
def test_a_copy_replaces_the_one_before(copied: Path) -> None:
    mark = json.loads((copied / "copie.json").read_text())
    assert mark["site"] == LIVE
    assert not [path for path in copied.parent.iterdir() if path.name.startswith(".copie")]


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_accepts_the_file_of_the_copy(tmp_path: Path) -> None:
    site = (ROOT / "deploy/nginx-copie.conf").read_text("utf-8")
    site = site.replace("@DOMAINE@", "copie.example").replace("@COPIE@", str(tmp_path))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}} http {{\n{site}\n}}"
    )
    done = subprocess.run(
        ["nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
