"""Each task killed (-9) on its way, then run again: what it does is done once, and whole.

Mails in hand are `tests/mailing/test_killed.py`; digests told by several hosts,
`tests/notifications/test_at_once.py`.
"""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from communaute import create_app, tasks
from communaute.domain import backups, clock
from communaute.extensions import db
from communaute.models import NotificationSetting, User
from communaute.wiring import current, indexing
from search_index import open_index
from tests.conftest import settings_for
from tests.faults import killing


TOLD, PURGED = timedelta(days=4), timedelta(days=60)
# A task, how long after the demonstration, and whether it then has something to do.
TASKS: dict[str, tuple[timedelta, bool]] = {
    "purge_data": (PURGED, True),
    "attend_to_trainings": (TOLD, True),
    "send_messages": (TOLD, False),
    "send_digests": (TOLD, True),
    "send_letters": (TOLD, False),
    "tell_changes": (TOLD, True),
    "announce_articles": (TOLD, True),
    "erase_signature_results": (TOLD, False),
    "erase_practices": (TOLD, False),
    "note_page_edits": (TOLD, True),
    "ask_testimonials_again": (PURGED, False),
}
ELSEWHERE = {
    "set_booklets": "below, where it writes files",
    "send_due_mail": "tests/mailing/test_killed.py",
    "renew_search_index": "below, where it writes files",
    "refresh_trusted_lists": "asks publishers: tests/signatures/test_published_lists.py",
}
POINTS = (1, 2, 4, 8, 16, 32, 64)


def called(name: str) -> Callable[[], Any]:
    """A periodic task, as the worker calls it."""
    (task,) = [one for one in tasks.huey._registry.periodic_tasks if type(one).__name__ == name]
    return task.execute  # type: ignore[no-any-return]


def test_every_task_is_killed_somewhere() -> None:
    names = {type(one).__name__ for one in tasks.huey._registry.periodic_tasks}
    assert names == {*TASKS, *ELSEWHERE}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, datetime]:
    """The demonstration, whose people asked for a digest each morning."""
    folder = tmp_path_factory.mktemp("world")
    app = create_app(settings_for(folder), TESTING=True)
    with app.app_context():
        db.create_all()
    loaded = app.test_cli_runner().invoke(args=["demo", "load"])
    assert loaded.exit_code == 0, loaded.output
    with app.app_context():
        due = clock.now() + timedelta(days=1)
        for user in db.session.query(User).filter(User.confirmed_at.is_not(None)):
            db.session.merge(NotificationSetting(user_id=user.id, next_at=due))
        db.session.commit()
        db.session.execute(update(NotificationSetting).values(next_at=due, sent_to=0))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    shutil.copy(folder / "site.sqlite", folder / "as-it-was")
    return app, clock.now()


@pytest.fixture
def restored(world: tuple[Flask, datetime]) -> Callable[[], None]:
    """Put the database back as it was."""
    app, _ = world

    def back() -> None:
        with app.app_context():
            folder = current.settings().instance
            db.session.remove()
            db.engine.dispose()
        for left in folder.glob("site.sqlite*"):
            left.unlink()
        shutil.copy(folder / "as-it-was", folder / "site.sqlite")

    back()
    tasks.huey.bind(app, settings_for(Path(app.instance_path)))
    return back


def held(app: Flask) -> dict[str, list[str]]:
    with app.app_context():
        return killing.state_of(db.session())


@pytest.mark.slow
@pytest.mark.parametrize("name", TASKS)
def test_a_task_killed_anywhere_is_done_by_the_next(
    world: tuple[Flask, datetime],
    restored: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    (app, began), (later, works) = world, TASKS[name]
    monkeypatch.setattr(clock, "now", lambda: began + later)
    task, before = called(name), held(app)
    assert not killing.killed(app, task, lambda: None)
    whole = held(app)
    assert (whole != before) is works, "the task has nothing to do, or more than was thought"
    for point in POINTS:
        restored()
        died = killing.killed(app, task, killing.at_statement(point))
        assert not killing.killed(app, task, lambda: None)
        found = held(app)
        differ = [table for table in whole if found[table] != whole[table]]
        assert not differ, f"killed at its statement {point}: {differ}"
        if not died:
            break


@pytest.fixture
def small(tmp_path: Path) -> Flask:
    app = create_app(settings_for(tmp_path / "i"), TESTING=True)
    with app.app_context():
        db.create_all()
    return app


@pytest.mark.slow
def test_an_index_whose_building_is_killed_leaves_the_former(small: Flask) -> None:
    """Wherever the builder dies, visitors search in what was there; the next builds the whole."""

    def build() -> None:
        with small.test_request_context():
            indexing.build_index()

    build()
    with small.app_context():
        directory = current.settings().search_index_dir
    former = open_index(directory).generation
    for point in (1, 2, 4, 8, 12):
        assert killing.killed(small, build, killing.at_file(point))
        assert open_index(directory).search("facture").total
    build()
    assert open_index(directory).generation != former


@pytest.mark.slow
def test_a_backup_that_is_killed_is_not_taken_for_one(small: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    address = f"sqlite:///{small.instance_path}/site.sqlite"

    def back_up() -> None:
        backups.make(address, folder, clock.now())

    died = 0
    for point in range(1, 12):
        died += killing.killed(small, back_up, killing.at_file(point))
        with small.app_context():
            for made in backups.found(folder):
                backups.check(db.engine.url, made)
    assert died > 2
    back_up()
    assert backups.last_good(folder) is not None


@pytest.mark.slow
def test_a_booklet_is_set_whole_or_not_at_all(small: Flask) -> None:
    """Killed while it is written, a booklet is not taken for one: a visitor never gets half of it."""
    task = called("set_booklets")
    tasks.huey.bind(small, settings_for(Path(small.instance_path)))
    shelf = Path(small.instance_path) / "livrets"
    assert killing.killed(small, task, killing.half_way("livrets"))
    assert [one.suffix for one in shelf.iterdir()] == [".part"]
    # Later, once some are there.
    assert killing.killed(small, task, killing.at_file(5, "livrets"))
    booklets = list(shelf.glob("*.pdf"))
    assert booklets
    assert all(one.read_bytes().rstrip().endswith(b"%%EOF") for one in booklets)
