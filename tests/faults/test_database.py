"""PostgreSQL gone, come back, or held: what is read goes on, what is written is told to wait."""

import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select, text

from communaute import create_app, extensions
from communaute.domain import clock
from communaute.extensions import db
from communaute.mailing.outbox import post
from communaute.models import Delivery, DeliveryState, PageOpinion
from communaute.wiring import post_office
from tests.conftest import settings_for
from tests.databases import PostgresServer, newest_binaries, unavailable
from tests.mailing.conftest import a_mail
from tests.mailing.servers import Postbox, smtp_server


pytestmark = [pytest.mark.slow, pytest.mark.postgres]
OPINION = {"page": "/bonnes-pratiques/changer-de-siret", "utile": "oui"}
READ = ("/", "/guides/", "/formations/", "/recherche?q=facture", "/outils/tarifs", "/glossaire")


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server of this test's own, that it may stop."""
    binaries = newest_binaries()
    if binaries is None:
        unavailable("PostgreSQL")
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    server = PostgresServer(binaries, folder, durable=True)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def site(server: PostgresServer, tmp_path: Path) -> Iterator[Flask]:
    """A site on it, as visitors have it: errors are answered."""
    with server.database() as url:
        app = create_app(settings_for(tmp_path, database_url=url))
        with app.app_context():
            db.create_all()
        yield app
        with app.app_context():
            db.engine.dispose()


def told_to_wait(client: FlaskClient) -> None:
    answer = client.post("/outils/avis", data=OPINION)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"].isdigit()
    assert "Attendez une minute" in answer.text


def opinions(app: Flask) -> int:
    with app.app_context():
        count = db.session.scalar(select(func.count(PageOpinion.id))) or 0
        db.session.remove()
    return count


def test_a_server_that_stops_and_starts_again(server: PostgresServer, site: Flask) -> None:
    client = site.test_client()
    assert client.post("/outils/avis", data=OPINION).status_code < 400
    with site.app_context():
        post(db.session(), a_mail(), key="before", due=clock.now())
        db.session.commit()
        db.session.remove()
    server.stop()
    for path in READ:
        assert client.get(path).status_code == 200, path
    for _ in range(3):
        told_to_wait(client)
    ready = client.get("/sante/pret")
    assert (ready.status_code, ready.get_json()["database"]) == (
        503,
        "the database does not answer",
    )
    assert client.get("/sante").status_code == 200
    server.start()
    # Killed (immediate), it lost nothing that was committed; no request pays for the dead connections.
    statuses = [client.post("/outils/avis", data=OPINION).status_code for _ in range(3)]
    assert max(statuses) < 400
    assert opinions(site) == 4
    with site.app_context():
        assert db.session.scalar(select(Delivery.state)) == DeliveryState.WAITING
        db.session.remove()


def test_mails_wait_while_the_database_is_gone(server: PostgresServer, site: Flask) -> None:
    with site.app_context():
        for number in range(20):
            post(db.session(), a_mail(number), key=f"mail-{number}", due=clock.now())
        db.session.commit()
        db.session.remove()
        postbox = Postbox()
        with smtp_server(postbox) as smtp:
            sender = post_office.sender(site, settings_for(Path(site.instance_path), smtp_url=smtp))
            server.stop()
            with pytest.raises(Exception, match=r"connection|OperationalError"):
                sender.run()
            server.start()
            sender.run()
        assert sorted(postbox.identifiers()) == sorted(set(postbox.identifiers()))
        assert len(postbox.taken) == 20


def test_an_idle_transaction_holds_its_rows_only(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who needs the very rows that somebody holds is told to come back; the others notice nothing."""
    monkeypatch.setattr(extensions, "VISITOR_WAITS", 0.3)
    client = site.test_client()
    holder = create_engine(site.config["SQLALCHEMY_DATABASE_URI"])
    with holder.connect() as idle:
        idle.execute(text("LOCK TABLE page_opinion IN EXCLUSIVE MODE"))  # and says nothing more
        with ThreadPoolExecutor(8) as visitors:
            waiting = [visitors.submit(told_to_wait, site.test_client()) for _ in range(8)]
            for path in READ:
                assert client.get(path).status_code == 200, path
            for one in waiting:
                one.result()
        idle.rollback()
    assert client.post("/outils/avis", data=OPINION).status_code < 400
    holder.dispose()


def test_a_transaction_that_is_left_open_is_ended_by_the_server(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to look for the process that is stuck: its locks go with its transaction."""
    monkeypatch.setattr(extensions, "IDLE_IN_TRANSACTION", 1)
    with site.app_context():
        db.engine.dispose()
        stuck = db.engine.connect()
        stuck.execute(text("LOCK TABLE page_opinion IN EXCLUSIVE MODE"))
    # The visitor waits for the lock less than five seconds, and has it within one.
    answer = site.test_client().post("/outils/avis", data=OPINION)
    assert answer.status_code < 400
    stuck.invalidate()
    stuck.close()
