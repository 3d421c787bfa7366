"""The disk is full: what writes is told to wait, what is read goes on, nothing is half written."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from communaute import create_app
from communaute.domain import clock
from communaute.extensions import db
from communaute.mailing.outbox import post
from communaute.models import Delivery, PageOpinion
from communaute.serving import application
from communaute.serving.application import Server
from communaute.wiring import post_office
from tests.conftest import settings_for
from tests.mailing.conftest import a_mail
from tests.serving.talking import ask


# Real parts that take their time.
pytestmark = pytest.mark.slow


OPINION = {"page": "/bonnes-pratiques/changer-de-siret", "utile": "oui"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(settings_for(tmp_path))
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.engine.dispose()


def opinions(app: Flask) -> int:
    with app.app_context():
        count = db.session.scalar(select(func.count(PageOpinion.id))) or 0
        db.session.remove()
    return count


def test_a_database_that_cannot_grow_tells_who_writes(site: Flask) -> None:
    client, kept = site.test_client(), 0
    with site.app_context():
        engine = db.engine

    def full(dbapi: sqlite3.Connection, _record: object) -> None:
        pages = dbapi.execute("PRAGMA page_count").fetchone()[0]
        dbapi.execute(f"PRAGMA max_page_count = {pages}")

    engine.dispose()
    event.listen(engine, "connect", full)
    statuses = []
    for _ in range(300):
        answer = client.post("/outils/avis", data=OPINION)
        statuses.append(answer.status_code)
        kept += answer.status_code < 400
        if answer.status_code >= 400:
            break
    assert statuses[-1] == 503
    assert answer.headers["Retry-After"].isdigit()
    assert "Attendez une minute" in answer.text
    for path in ("/guides/", "/", "/recherche?q=facture", "/outils/tarifs"):
        assert client.get(path).status_code == 200, path
    # There is room again: nothing has to be mended, and what was said to be kept is.
    event.remove(engine, "connect", full)
    engine.dispose()
    assert client.post("/outils/avis", data=OPINION).status_code < 400
    assert opinions(site) == kept + 1


def test_a_body_that_cannot_be_kept_is_told_to_come_back(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "IN_MEMORY", 10)
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    sent = [b"courriel=", b"x" * 100]
    asked = ask(Server(site), "POST", "/compte/connexion", sent, content_length="109")
    answer = asyncio.run(asked)
    assert answer is not None
    status, headers, body = answer
    assert status == 503
    assert headers["retry-after"].isdigit()
    assert "Attendez une minute" in body.decode()


def test_mails_that_cannot_be_written_wait(site: Flask, tmp_path: Path) -> None:
    """Without a mail server they are files: the folder's place is taken, as on a disk that is full."""
    (tmp_path / "outbox").write_text("")
    with site.app_context():
        post(db.session(), a_mail(), key="one", due=clock.now())
        db.session.commit()
        post_office.sender(site, settings_for(tmp_path)).run()
        (state,) = db.session.scalars(select(Delivery.state))
        db.session.remove()
        assert state == "waiting"
