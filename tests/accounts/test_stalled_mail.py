"""While a mail server says nothing, nobody on a page waits for it."""

from pathlib import Path
from threading import Thread

import pytest

from communaute import create_app
from communaute.extensions import db
from communaute.wiring import post_office
from tests.accounts.people import Person
from tests.conftest import settings_for
from tests.mailing.scripted import STALL, Script, scripted


@pytest.mark.parametrize("step", ["banner", "rcpt", "dot"])
def test_pages_write_while_a_mail_is_in_hand(database_url: str, tmp_path: Path, step: str) -> None:
    """Signing up writes in the table the worker sends from: it must hold no lock meanwhile."""
    script = Script({step: STALL})
    with scripted(script) as address:
        settings = settings_for(tmp_path, database_url=database_url, smtp_url=address)
        app = create_app(settings, TESTING=True)
        with app.app_context():
            db.create_all()
        Person(app).sign_up()

        def work() -> None:
            with app.app_context():
                post_office.send_due()

        worker = Thread(target=work)
        worker.start()
        assert script.stalled.wait(30)
        person = Person(app).with_account()
        person.sign_in()
        assert person.is_in()
        assert worker.is_alive(), "the server still says nothing"
        script.stop.set()
        worker.join()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
