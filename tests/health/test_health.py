"""Liveness and readiness."""

import pytest
from flask import Flask

from communaute import create_app, current
from search_index import Document, build
from tests.conftest import settings_for
from tests.pages import Pages


def test_a_site_that_has_all_it_needs_is_ready(app: Flask) -> None:
    page = Document(id="1", page="/", url="/", title="Une page", headings="", body="Des mots")
    build(current.settings().search_index_dir, [page])
    pages = Pages(app)
    assert pages.response("GET", "/sante").text == "ok\n"
    response = pages.response("GET", "/sante/pret")
    assert response.status_code == 200, response.json
    notes = current.site().notes
    checks = {name: said for name, said in (response.json or {}).items() if name not in notes}
    assert set(checks.values()) == {"ok"}


def test_a_database_without_tables_is_not_ready(tmp_path_factory: pytest.TempPathFactory) -> None:
    app = create_app(settings_for(tmp_path_factory.mktemp("empty")), TESTING=True)
    response = Pages(app).response("GET", "/sante/pret")
    assert response.status_code == 503
    assert "db upgrade" in (response.json or {})["database"]
    assert Pages(app).response("GET", "/sante").status_code == 200
