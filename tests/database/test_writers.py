"""SQLite's one writer is stuck: visitors who write are told so soon, those who read never wait."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from communaute import create_app, extensions
from communaute.extensions import db, prepare_sqlite
from tests.conftest import settings_for
from tests.pages import Pages


VISITORS = 20
ADDRESS = "/outils/avis"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A site on SQLite whose visitors wait for half a second at most."""
    monkeypatch.setattr(extensions, "VISITOR_WAITS", 0.5)
    monkeypatch.setattr(extensions, "SOON", 0.05)
    app = create_app(settings_for(tmp_path))
    with app.app_context():
        db.create_all()
    return app


def opinion(app: Flask) -> tuple[int, str, str]:
    """Status, delay and text of a form that writes."""
    form = {"page": "/bonnes-pratiques/changer-de-siret", "utile": "oui"}
    answer = app.test_client().post(ADDRESS, data=form)
    return answer.status_code, answer.headers.get("Retry-After", ""), answer.text


def test_a_stuck_writer_stops_forms_soon_and_content_never(site: Flask) -> None:
    with site.app_context(), db.engine.connect() as stuck:
        stuck.execute(text("DELETE FROM page_opinion"))  # and never commits
        with ThreadPoolExecutor(VISITORS) as visitors:
            answers = [visitors.submit(opinion, site) for _ in range(VISITORS)]
            for path in ("/guides/", "/", "/recherche?q=facture"):
                Pages(site).get(path)
        for status, delay, said in (each.result() for each in answers):
            assert status == 503
            assert delay.isdigit()
            assert "Attendez une minute" in said
        stuck.rollback()
    assert opinion(site)[0] < 400
    with site.app_context():
        db.engine.dispose()


def test_few_wait_long_and_the_others_while_turns_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    turn, now = extensions.WritersTurn(), 1_000.0
    monkeypatch.setattr(extensions, "has_request_context", lambda: True)
    monkeypatch.setattr(time, "monotonic", lambda: now)
    turn.waiting = extensions.FEW
    assert turn._left(now) == extensions.VISITOR_WAITS <= 5
    turn.waiting += 1
    assert turn._left(now) == extensions.SOON < 1
    assert turn._left(now - 1) == 0  # nothing has passed since it came
    turn.passed = now
    assert turn._left(now - 1) == extensions.SOON
    assert turn._left(now - extensions.VISITOR_WAITS) == 0  # that long and no more
    monkeypatch.setattr(extensions, "has_request_context", lambda: False)
    assert turn._left(now) == extensions.TASK_WAITS


def test_who_comes_too_late_to_wait_is_refused_like_the_others(tmp_path: Path) -> None:
    turn = extensions.WritersTurn()
    engine = create_engine(f"sqlite:///{tmp_path / 'late.sqlite'}")
    late = time.monotonic() - extensions.TASK_WAITS - 1
    with engine.connect() as connection, turn.door, pytest.raises(OperationalError, match="locked"):
        turn._begin_to_write(connection, late)
    engine.dispose()


def test_the_door_is_free_again_after_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extensions, "TASK_WAITS", 0.1)
    engine = create_engine(f"sqlite:///{tmp_path / 'one.sqlite'}")
    prepare_sqlite(engine)
    with engine.connect() as first:
        first.execute(text("CREATE TABLE t (n INTEGER)"))
        for _ in range(3):
            with pytest.raises(OperationalError, match="locked"), engine.connect() as second:
                second.execute(text("INSERT INTO t VALUES (1)"))
        first.commit()
    with engine.begin() as third:
        third.execute(text("INSERT INTO t VALUES (1)"))
    engine.dispose()
