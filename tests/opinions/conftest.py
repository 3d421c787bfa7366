"""An application of one's own whose content is indexed: these tests write."""

from pathlib import Path

import pytest
from flask import Flask

from communaute import create_app
from communaute.extensions import db
from tests.conftest import settings_for


@pytest.fixture
def found_app(site_index: Path, tmp_path: Path) -> Flask:
    """The site with its index and an empty database."""
    app = create_app(settings_for(tmp_path, search_index_dir=str(site_index)), TESTING=True)
    with app.app_context():
        db.create_all()
    return app
