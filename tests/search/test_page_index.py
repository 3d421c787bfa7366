"""The index of an installation: built, opened, reopened, missing, damaged."""

import shutil
from pathlib import Path

import pytest
from flask import Flask

from communaute import blueprints, create_app
from communaute.domain import clock
from communaute.editorial.guidance import read_synonyms
from communaute.editorial.search_documents import search_documents
from communaute.wiring import indexing
from search_index import Document, IndexUnavailable, build
from tests.conftest import settings_for
from tests.pages import Pages


def a_document(word: str, page: str = "/contact") -> Document:
    return Document(id=word, page=page, url=page, title=word, headings="", body=word, kind="pages")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "built"


@pytest.fixture
def site(shared_app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The shared application, its index being looked for in this test's folder."""
    monkeypatch.setitem(shared_app.extensions, indexing.KEY, indexing.OpenIndex(folder))
    return shared_app


@pytest.fixture
def own_site(tmp_path: Path, folder: Path) -> Flask:
    """An application that builds into this test's folder."""
    return create_app(settings_for(tmp_path, search_index_dir=str(folder)), TESTING=True)


def results(app: Flask, query: str) -> list[str]:
    page = Pages(app).get(f"/recherche?q={query}")
    return [link.get_text(strip=True) for link in page.select(".results__items h3 a")]


def readiness(app: Flask) -> str:
    return str((Pages(app).response("GET", "/sante/pret").json or {})["search index"])


def forget_failure(app: Flask) -> None:
    """What five seconds do."""
    app.extensions[indexing.KEY].failed_at = float("-inf")


def test_without_an_index_titles_answer_and_readiness_says_so(site: Flask) -> None:
    page = Pages(site).get("/recherche?q=contact")
    assert "Contact" in page.text
    assert "momentanément indisponible" in page.text
    assert "search build" in readiness(site)


def test_titles_too_are_filtered_counted_and_paged(site: Flask) -> None:
    page = Pages(site).get("/recherche?q=facture&type=questions&page=2")
    addresses = [str(a["href"]) for a in page.select(".results__items h3 a")]
    assert addresses
    assert all(address.startswith("/questions/") for address in addresses)
    facet = page.select_one(".facets--aside [aria-current] .facets__count")
    heading = page.select_one("#resultats-titre")
    assert facet
    assert heading
    assert heading.text.startswith(facet.text.strip("()"))


def test_the_index_answers_as_soon_as_it_is_built(site: Flask, folder: Path) -> None:
    results(site, "contact")
    build(folder, [a_document("zygomatique")])
    forget_failure(site)
    assert results(site, "zygomatique") == ["zygomatique"]
    assert readiness(site) == "ok"


def test_a_new_generation_is_taken_without_restarting(site: Flask, folder: Path) -> None:
    build(folder, [a_document("zygomatique")])
    assert results(site, "zygomatique") == ["zygomatique"]
    build(folder, [a_document("kaolinite")])
    assert results(site, "zygomatique") == []
    assert results(site, "kaolinite") == ["kaolinite"]


def test_an_index_is_opened_once_per_generation(site: Flask, folder: Path) -> None:
    build(folder, [a_document("zygomatique")])
    with site.app_context():
        assert indexing.opened() is indexing.opened()


def test_an_index_that_goes_away_is_still_answered_from(site: Flask, folder: Path) -> None:
    build(folder, [a_document("zygomatique")])
    assert results(site, "zygomatique") == ["zygomatique"]
    (folder / "current").unlink()
    assert results(site, "zygomatique") == ["zygomatique"]
    assert "search build" in readiness(site)


def one_of_each_sort(folder: Path) -> list[Path]:
    """The manifest, an array, and each file of Whoosh; a lock's file is empty."""
    generation = (folder / "current").resolve()
    arrays = sorted((generation / "arrays").iterdir())[::8]
    files = [generation / "manifest.json", *arrays, *(generation / "whoosh").iterdir()]
    return [path for path in files if path.stat().st_size]


@pytest.mark.parametrize("damage", ["cut", "emptied", "removed", "foreign"])
def test_a_damaged_index_is_never_an_error(site: Flask, folder: Path, damage: str) -> None:
    build(folder, [a_document("zygomatique")])
    for path in one_of_each_sort(folder):
        kept = path.read_bytes()
        spoil(path, damage)
        forget_failure(site)
        response = Pages(site).response("GET", "/recherche?q=contact")
        assert response.status_code == 200, path.name
        assert "Contact" in response.text, path.name
        assert "search build" in readiness(site), path.name
        path.write_bytes(kept)
    forget_failure(site)
    assert readiness(site) == "ok"


def spoil(path: Path, damage: str) -> None:
    if damage == "removed":
        path.unlink()
    elif damage == "foreign":
        path.write_bytes(b"\x80\x04 not ours " * 20)
    else:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2] if damage == "cut" else b"")


def test_a_folder_that_is_a_file_is_never_an_error(site: Flask, folder: Path) -> None:
    folder.write_text("not a folder")
    assert results(site, "contact")
    assert "search build" in readiness(site)


def test_a_hit_whose_page_is_gone_is_not_shown(site: Flask, folder: Path) -> None:
    build(folder, [a_document("zygomatique", page="/disparue"), a_document("zygomatiques")])
    assert results(site, "zygomatique") == ["zygomatiques"]


@pytest.mark.slow
def test_an_index_built_here_is_not_built_again_until_the_content_changes(
    own_site: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_site.test_request_context():
        assert indexing.build_index(if_older=True)
        assert indexing.build_index(if_older=True) is None
        content = own_site.extensions["communaute"].content
        fewer = list(search_documents(content, clock.today()))[:5]
        monkeypatch.setattr(indexing, "search_documents", lambda *_: fewer)
        of_features = len(blueprints.documents(clock.today()))
        assert indexing.build_index(if_older=True) == 5 + of_features
        shutil.rmtree(folder)
        of_features = len(blueprints.documents(clock.today()))
        assert indexing.build_index(if_older=True) == 5 + of_features


def test_an_index_that_this_process_can_write_is_refused_when_so_configured(
    tmp_path: Path, folder: Path
) -> None:
    build(folder, [a_document("zygomatique")])
    settings = settings_for(tmp_path, search_index_dir=str(folder), search_index_read_only="1")
    app = create_app(settings, TESTING=True)
    with app.app_context(), pytest.raises(IndexUnavailable, match="can write"):
        indexing.opened()


def test_synonyms_are_read_by_line(tmp_path: Path) -> None:
    file = tmp_path / "recherche" / "synonymes.txt"
    file.parent.mkdir()
    file.write_text("# un commentaire\n\nCCP = Code, de la commande = X\nseul\n a-b =  c \n")
    assert read_synonyms(tmp_path) == [("CCP", "Code, de la commande", "X"), ("a-b", "c")]
    assert read_synonyms(tmp_path / "nowhere") == []
