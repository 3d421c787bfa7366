"""An application whose content is indexed, built once for all these tests."""

from pathlib import Path

import pytest
from flask import Flask

from communaute import create_app, indexing
from communaute.extensions import db
from tests.conftest import settings_for
from tests.pages import Pages


@pytest.fixture(scope="session")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the index of the site's content is, built once."""
    folder = tmp_path_factory.mktemp("index")
    app = create_app(settings_for(folder / "i", search_index_dir=str(folder / "built")))
    with app.test_request_context():
        indexing.build_index()
    return folder / "built"


@pytest.fixture(scope="session")
def indexed_app(index_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application that reads it. Tests that share it change nothing."""
    settings = settings_for(tmp_path_factory.mktemp("indexed"), search_index_dir=str(index_dir))
    app = create_app(settings, TESTING=True)
    with app.app_context():
        db.create_all()
    return app


@pytest.fixture
def search(indexed_app: Flask) -> Pages:
    """Fetch pages of the application whose content is indexed."""
    return Pages(indexed_app)
