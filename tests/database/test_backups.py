"""Backups: made while the site writes, opened before they are called good, put back."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from communaute.domain import backups
from communaute.extensions import db
from communaute.models.opinions import PageOpinion
from communaute.wiring import current
from tests.pages import Pages


NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)


def write(app: Flask, count: int) -> None:
    with app.app_context():
        for number in range(count):
            db.session.add(PageOpinion(page=f"/{number}", helpful=True, comment="", given_at=NOW))
            db.session.commit()
        db.session.remove()


def opinions() -> int:
    with db.engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM page_opinion")) or 0


def address(app: Flask) -> str:
    return current.settings().database_url


def test_a_backup_made_under_writes_is_put_back_whole(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "COUNTED", ("page_opinion", "not_a_table"))
    write(app, 20)
    writer = threading.Thread(target=write, args=(app, 30))
    writer.start()
    made = backups.make(address(app), tmp_path / "b", NOW)
    writer.join()
    assert set(made.rows) == {"page_opinion"}
    assert 20 <= made.rows["page_opinion"] <= 50
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "b").iterdir()] == [made.path.name]
    db.session.remove()
    db.engine.dispose()
    assert backups.restore(address(app), made.path) == made.rows
    assert opinions() == made.rows["page_opinion"]


def test_what_does_not_open_is_not_kept_and_the_others_stay(app: Flask, tmp_path: Path) -> None:
    good = backups.make(address(app), tmp_path / "b", NOW)
    whole = good.path.read_bytes()
    good.path.write_bytes(whole[: len(whole) // 2])
    for verb in (backups.check, backups.restore):
        url = db.engine.url if verb is backups.check else address(app)
        with pytest.raises(backups.BackupFailed):
            verb(url, good.path)  # type: ignore[arg-type]
    db.engine.dispose()
    with pytest.raises(backups.BackupFailed):
        backups.make("sqlite:////nowhere/at/all.sqlite", tmp_path / "b", NOW + timedelta(hours=1))
    assert backups.found(tmp_path / "b") == [good.path]
    assert opinions() == 0


def test_the_oldest_leave_and_the_age_is_that_of_the_last(app: Flask, tmp_path: Path) -> None:
    folder = current.settings().backups
    pages = Pages(app)
    assert "data backup" in (pages.response("GET", "/sante/pret").json or {})["backup"]
    for day in range(3):
        backups.make(address(app), folder, NOW + timedelta(days=day), kept=2)
    assert len(backups.found(folder)) == 2
    assert backups.last_good(folder) == NOW + timedelta(days=2)
    said = (pages.response("GET", "/sante/pret").json or {})["backup"]
    assert said.startswith("2026-12-01T03:00:00+00:00")


def test_the_commands_say_what_they_did(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    done = runner.invoke(args=["data", "backup", "--to", str(tmp_path / "b")])
    assert done.exit_code == 0, done.output
    path = done.output.splitlines()[0]
    assert "structure: 0" in done.output
    refused = runner.invoke(args=["data", "restore", path], input="n\n")
    assert refused.exit_code == 1
    done = runner.invoke(args=["data", "restore", path, "--yes"])
    assert done.exit_code == 0, done.output
    assert "structure: 0" in done.output
    broken = tmp_path / "sauvegarde.sqlite.gz"
    broken.write_bytes(b"rien")
    failed = runner.invoke(args=["data", "restore", str(broken), "--yes"])
    assert failed.exit_code == 1
    assert "Traceback" not in failed.output
