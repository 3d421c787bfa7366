"""Redis gone, or silent: everything is served, limits are counted by each process meanwhile."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from communaute import create_app
from communaute.extensions import alembic, db, limiter
from communaute.models import Delivery
from tests.conftest import settings_for
from tests.mailing.servers import free_port


OPINION = {"page": "/bonnes-pratiques/changer-de-siret", "utile": "oui"}
SUBSCRIPTION = {"courriel": "lea@exemple.example", "themes": "fournisseur"}


@pytest.fixture(params=["gone", "silent"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A site whose Redis refuses connections, or takes them and says nothing."""
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen(64)
        port = mute.getsockname()[1] if request.param == "silent" else free_port()
        settings = settings_for(tmp_path, redis_url=f"redis://127.0.0.1:{port}/0", limits="on")
        app = create_app(settings)
        with app.app_context():
            alembic.upgrade()
        yield app
        limiter.enabled = False
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.mark.slow
def test_forms_go_on_and_their_limits_too(site: Flask) -> None:
    client = site.test_client()
    statuses = [client.post("/outils/avis", data=OPINION).status_code for _ in range(25)]
    assert set(statuses) == {200, 429}
    assert statuses[0] == 200
    assert client.get("/guides/").status_code == 200
    ready = client.get("/sante/pret").get_json()
    assert ready["database"] == "ok"
    assert "mails wait" in ready["queue"]


@pytest.mark.slow
def test_a_mail_that_is_asked_for_waits_in_the_database(site: Flask) -> None:
    answer = site.test_client().post("/outils/abonnement", data=SUBSCRIPTION)
    assert answer.status_code < 400
    with site.app_context():
        (mail,) = db.session.query(Delivery)
        assert (mail.recipient, mail.state) == ("lea@exemple.example", "waiting")
