"""A broken content file hides no other; development sees a change at once."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from communaute import PACKAGE, create_app
from communaute.domain import clock
from communaute.web.page_cache import StoredPage
from communaute.wiring import current
from tests.conftest import settings_for
from tests.pages import Pages


GOOD = """---
title: "Une page neuve"
summary: "Résumé."
publics: [fournisseur]
published: 2026-11-23
verified: 2026-11-23
---

Texte {word}.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder of the test's own: the legal pages and one section."""
    made = tmp_path / "content"
    made.mkdir()
    shutil.copytree(PACKAGE / "content" / "pages", made / "pages")
    shutil.copy(PACKAGE / "content" / "accueil.yaml", made)
    (made / "actualites").mkdir()
    shutil.copy(PACKAGE / "content" / "actualites" / "_index.md", made / "actualites")
    (made / "actualites" / "neuve.md").write_text(GOOD.format(word="un"), encoding="utf-8")
    return made


def serve(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, debug: bool = False
) -> Flask:
    """An application over that folder."""
    app = create_app(settings_for(tmp_path / "instance"), TESTING=True)
    app.debug = debug
    state = app.extensions[current.KEY]
    current.init_app(app, state.settings, folder, state.tools)
    return app


def test_a_broken_file_hides_no_other_and_readiness_says_so(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "actualites" / "cassee.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    pages = Pages(serve(folder, tmp_path, monkeypatch))
    pages.get("/actualites/neuve")
    pages.get("/actualites/cassee", 404)
    answer = pages.response("GET", "/sante/pret")
    assert answer.status_code == 503
    assert "1 fault" in (answer.json or {})["content"]


def test_a_change_is_seen_in_development(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "LOOK_EVERY", 0.0)
    pages = Pages(serve(folder, tmp_path, monkeypatch, debug=True))
    assert "Texte un" in pages.get("/actualites/neuve").text
    (folder / "actualites" / "neuve.md").write_text(GOOD.format(word="deuxième"), encoding="utf-8")
    assert "Texte deuxième" in pages.get("/actualites/neuve").text


def test_in_production_files_are_read_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = Pages(serve(folder, tmp_path, monkeypatch))
    pages.get("/actualites/neuve")
    (folder / "actualites" / "neuve.md").unlink()
    pages.get("/actualites/neuve")


def test_a_page_kept_in_memory_says_the_next_morning_that_its_truth_is_past(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dated = GOOD.format(word="un").replace(
        "verified:", "valid_until: 2026-11-30\nreplaced_by: /contact\nverified:"
    )
    (folder / "actualites" / "neuve.md").write_text(dated, encoding="utf-8")
    pages = Pages(serve(folder, tmp_path, monkeypatch))

    set_clock(monkeypatch, "2026-11-30T23:59+01:00")
    for address in ("/actualites/neuve", "/actualites/"):
        assert "dépassée" not in pages.get(address).text
        assert "dépassée" not in pages.get(address).text

    set_clock(monkeypatch, "2026-12-01T00:01+01:00")
    assert pages.get("/actualites/neuve").select(".page-notice")
    assert "dépassée" in pages.get("/actualites/").text


def test_pages_that_say_seats_are_made_again_after_five_minutes_and_no_others(
    shared_app: Flask, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, StoredPage] = shared_app.extensions[current.KEY].pages.pages

    def new_ones(moment: str) -> list[str]:
        set_clock(monkeypatch, moment)
        before = set(made)
        for address in ("/formations/", "/guides/"):
            pages.get(address)
        return sorted(key.rpartition(" ")[2] for key in set(made) - before)

    assert new_ones("2031-03-01T10:00:00+01:00") == ["/formations/", "/guides/"]
    assert new_ones("2031-03-01T10:04:59+01:00") == []
    assert new_ones("2031-03-01T10:05:00+01:00") == ["/formations/"]


def set_clock(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """Say what time it is."""
    monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(moment))
