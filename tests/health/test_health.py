"""Liveness and readiness."""

import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from communaute import create_app
from communaute.extensions import alembic, db, queue
from communaute.wiring import current
from search_index import Document, build
from tests.conftest import settings_for
from tests.pages import Pages


def test_a_site_that_has_all_it_needs_is_ready(app: Flask) -> None:
    page = Document(id="1", page="/", url="/", title="Une page", headings="", body="Des mots")
    build(current.settings().search_index_dir, [page])
    alembic.stamp("heads")
    pages = Pages(app)
    assert pages.response("GET", "/sante").text == "ok\n"
    response = pages.response("GET", "/sante/pret")
    assert response.status_code == 200, response.json
    notes = {*current.site().notes, "backup"}
    checks = {name: said for name, said in (response.json or {}).items() if name not in notes}
    assert set(checks.values()) == {"ok"}


def test_a_database_without_tables_is_not_ready(tmp_path_factory: pytest.TempPathFactory) -> None:
    app = create_app(settings_for(tmp_path_factory.mktemp("empty")), TESTING=True)
    response = Pages(app).response("GET", "/sante/pret")
    assert response.status_code == 503
    assert "db upgrade" in (response.json or {})["database"]
    assert Pages(app).response("GET", "/sante").status_code == 200


def ready_app(folder: Path) -> Flask:
    app = create_app(settings_for(folder), TESTING=True)
    with app.app_context():
        alembic.upgrade()
    return app


def test_a_schema_behind_the_code_is_not_ready(tmp_path: Path) -> None:
    app = ready_app(tmp_path)
    pages = Pages(app)
    assert (pages.response("GET", "/sante/pret").json or {})["database"] == "ok"
    with app.app_context():
        alembic.downgrade("-1")
    response = pages.response("GET", "/sante/pret")
    assert response.status_code == 503
    assert "db upgrade" in (response.json or {})["database"]


def test_a_schema_ahead_of_the_code_is_a_note(tmp_path: Path) -> None:
    """Between the migration and the restart, or after going back, old processes still serve."""
    app = ready_app(tmp_path)
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '1999999999'"))
        db.session.commit()
    answer = Pages(app).response("GET", "/sante/pret").json or {}
    assert answer["database"] == "ok"
    assert answer["schema"] == "newer than the code (1999999999)"


def test_a_folder_that_cannot_be_written_is_not_ready(tmp_path: Path) -> None:
    pages = Pages(ready_app(tmp_path))
    assert (pages.response("GET", "/sante/pret").json or {})["disk"] == "ok"
    # The folder is gone, as a disk that was unmounted: root may write everywhere else.
    shutil.rmtree(tmp_path)
    response = pages.response("GET", "/sante/pret")
    assert response.status_code == 503
    assert "INSTANCE_PATH" in (response.json or {})["disk"]


def test_a_queue_that_is_gone_is_a_note(tmp_path: Path) -> None:
    app = ready_app(tmp_path)
    queue.bind(app, settings_for(tmp_path, redis_url="redis://127.0.0.1:1/0"))
    answer = Pages(app).response("GET", "/sante/pret").json or {}
    assert "mails wait" in answer["queue"]
    assert answer["database"] == "ok"
