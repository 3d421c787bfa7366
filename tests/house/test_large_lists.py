"""After years of use a list asks as much of the database as on its first day.

What it costs at a hundred thousand rows is measured by `python -m benchmarks.lists`.
"""

import re
import sqlite3
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from communaute import create_app
from communaute.extensions import db
from tests.conftest import settings_for
from tests.house import filling


ROWS = 2_000
# Bounds of one page: questions, rows read, bytes sent.
MOST_ASKED, MOST_READ, MOST_SENT = 15, 1_500, 400_000
# Addresses below /gestion and /compte that are no list, each for a reason.
NOT_LISTS = {
    "accounts.my_data": "a person's whole file, which they take away",
    "backoffice.journal_file": "the journal, which is taken away",
    "testimonials.one": "one person's words, as they typed them",
    "trainings.attestations": "a PDF of a page a person of one pair",
    "trainings.registrants": "the whole table of one pair, which is taken away",
    "trainings.cancel_page": "an act on one pair, whose people it shows",
}


class Counting(sqlite3.Cursor):
    """Counts the questions and the rows that are read."""

    asked, read = 0, 0

    def execute(self, statement: str, *values: Any) -> "Counting":
        Counting.asked += not statement.startswith(("BEGIN", "PRAGMA"))
        super().execute(statement, *values)
        return self

    def fetchall(self) -> list[Any]:
        rows = super().fetchall()
        Counting.read += len(rows)
        return rows

    def fetchmany(self, size: int | None = None) -> list[Any]:
        rows = super().fetchmany(size or self.arraysize)
        Counting.read += len(rows)
        return rows

    def fetchone(self) -> Any:
        Counting.read += 1
        return super().fetchone()


class Counted(sqlite3.Connection):
    """A connection whose cursors count."""

    def cursor(self, *_: Any) -> Any:
        return super().cursor(Counting)


@pytest.fixture(scope="module")
def old_site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A site that has served for years."""
    options = {"hide_parameters": True, "connect_args": {"factory": Counted}}
    settings = settings_for(tmp_path_factory.mktemp("old"))
    app = create_app(settings, TESTING=True, SQLALCHEMY_ENGINE_OPTIONS=options)
    with app.app_context():
        db.create_all()
        filling.fill(db.session(), ROWS)
        db.session.remove()
    return app


def costs(client: FlaskClient, path: str) -> tuple[int, int, int, int]:
    """Status, questions, rows read and bytes of a page that was shown once already."""
    client.get(path)
    Counting.asked = Counting.read = 0
    answer = client.get(path)
    return answer.status_code, Counting.asked, Counting.read, len(answer.data)


@pytest.mark.slow
def test_no_list_reads_more_as_tables_grow(old_site: Flask) -> None:
    client, heavy = filling.reader_of(old_site), []
    paths = filling.pages_of(old_site, NOT_LISTS)
    for path in paths:
        status, asked, read, sent = costs(client, path)
        assert status in (200, 302), f"{path}: {status}"
        if asked > MOST_ASKED or read > MOST_READ or sent > MOST_SENT:
            heavy.append(f"{path}: {asked} questions, {read} rows, {sent} bytes")
    assert not heavy, "\n".join(heavy)
    assert len(paths) > 50


@pytest.mark.slow
def test_lists_show_what_was_filled(old_site: Flask) -> None:
    client = filling.reader_of(old_site)
    said = client.get("/gestion/").text
    for waits in (
        "demandes de rattachement",
        "recherches qui ne trouvent rien",
        "pages à corriger",
    ):
        assert re.search(r"\d " + waits, said.replace("\u202f", " ").replace("\u00a0", " ")), waits
    assert "Page suivante" in client.get("/gestion/formations/attente/factures-simples").text


def test_what_is_no_list_is_an_address_of_the_site(shared_app: Flask) -> None:
    known = {rule.endpoint for rule in shared_app.url_map.iter_rules()}
    assert set(NOT_LISTS) <= known
