"""`flask search`: build, query, missed."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from communaute import create_app
from communaute.domain import clock
from communaute.domain.search import note_missed
from communaute.extensions import db
from search_index import Document, build
from tests.conftest import settings_for


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "built"


@pytest.fixture
def site(tmp_path: Path, folder: Path) -> Flask:
    app = create_app(settings_for(tmp_path, search_index_dir=str(folder)), TESTING=True)
    with app.app_context():
        db.create_all()
    return app


def run(app: Flask, *arguments: str) -> tuple[int, str, str]:
    result = app.test_cli_runner().invoke(args=["search", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.slow
def test_build_says_how_many_and_shows_progress_beside(site: Flask, folder: Path) -> None:
    code, out, err = run(site, "build")
    assert code == 0
    assert "sections indexées" in out
    assert "Index de recherche" in err
    assert (folder / "current").is_symlink()
    assert run(site, "build", "--if-older")[1].strip() == "L'index est à jour."


def test_build_without_a_place_to_write_is_one_sentence(site: Flask, folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    code, out, err = run(site, "build")
    assert code == 1
    assert "n'a pas pu être construit" in err
    assert "Traceback" not in out + err


def test_query_in_json_has_exactly_the_agreed_fields(indexed_app: Flask) -> None:
    code, out, _err = run(indexed_app, "query", "facture suspendue", "--limit", "3", "--json")
    found = json.loads(out)
    assert code == 0
    assert len(found) == 3
    for hit in found:
        assert list(hit) == ["url", "title", "kind", "score", "excerpt"]
        assert hit["url"].startswith("/")
        assert isinstance(hit["score"], float)
    assert any("<mark>" in hit["excerpt"] for hit in found)


def test_query_gives_ten_by_default_best_first(indexed_app: Flask) -> None:
    found = json.loads(run(indexed_app, "query", "délai de paiement", "--json")[1])
    assert len(found) == 10
    scores = [hit["score"] for hit in found]
    assert scores == sorted(scores, reverse=True)


def test_query_without_answer_is_an_empty_list(indexed_app: Flask) -> None:
    for typed in ("zzzzqqqq", "", "?!", "\u202e"):
        code, out, _err = run(indexed_app, "query", typed, "--json")
        assert (code, json.loads(out)) == (0, []), typed


def test_query_for_people_is_a_line_a_hit(indexed_app: Flask) -> None:
    out = run(indexed_app, "query", "code service", "--limit", "2")[1]
    assert len(out.splitlines()) == 2
    assert run(indexed_app, "query", "zzzzqqqq")[1].strip() == "Aucun résultat."


def test_query_builds_the_index_that_is_missing(site: Flask) -> None:
    code, out, _err = run(site, "query", "siret", "--json")
    assert code == 0
    assert json.loads(out)


def test_query_asks_what_is_published(site: Flask, folder: Path) -> None:
    page = Document(
        id="1",
        page="/contact",
        url="/contact#a",
        title="Zygome",
        headings="",
        body="os",
        kind="pages",
    )
    build(folder, [page])
    (hit,) = json.loads(run(site, "query", "zygome", "--json")[1])
    assert (hit["url"], hit["title"], hit["kind"]) == ("/contact#a", "Zygome", "pages")


def test_missed_lists_what_was_sought_on_three_days(site: Flask) -> None:
    assert run(site, "missed")[1].strip() == "Aucune."
    today = clock.today()
    with site.app_context():
        for ago in (2, 1, 0):
            note_missed(db.session(), "portail", key="k", today=today - timedelta(days=ago))
            db.session.commit()
        note_missed(db.session(), "autre", key="k", today=today)
        db.session.commit()
    assert "portail" in run(site, "missed")[1]
    assert json.loads(run(site, "missed", "--json")[1]) == [
        {"query": "portail", "days": 3, "last_day": today.isoformat()}
    ]
