"""The queue: in a file of its own, or in Redis; periodic work calls a verb."""

from pathlib import Path

import pytest
from flask import Flask, current_app
from huey.storage import RedisStorage, SqliteStorage

from communaute import create_app, tasks
from communaute.extensions import Queue
from tests.conftest import settings_for


def test_the_queue_has_a_file_of_its_own(tmp_path: Path) -> None:
    queue = Queue()
    queue.bind(Flask("bound"), settings_for(tmp_path))
    assert not (tmp_path / "queue.sqlite").exists()  # opened when first used
    assert isinstance(queue.storage, SqliteStorage)
    assert (tmp_path / "queue.sqlite").exists()
    assert not (tmp_path / "site.sqlite").exists()
    queue.storage.close()


@pytest.mark.redis
def test_the_queue_is_in_redis_when_configured(tmp_path: Path, redis_server: str) -> None:
    queue = Queue()
    queue.bind(Flask("bound"), settings_for(tmp_path, redis_url=redis_server))
    assert isinstance(queue.storage, RedisStorage)

    @queue.task()
    def double(number: int) -> int:
        return number * 2

    result = double(21)
    task = queue.dequeue()
    assert task is not None
    queue.execute(task)
    assert result() == 42
    queue.storage.conn.close()
    queue.storage.conn.connection_pool.disconnect()


def test_declaring_tasks_reads_no_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path / "instance"))
    queue = Queue()
    queue.task()(lambda: None)
    assert not (tmp_path / "instance").exists()
    assert isinstance(queue.storage, SqliteStorage)
    assert (tmp_path / "instance" / "queue.sqlite").exists()
    queue.storage.close()


def test_a_task_without_an_application_says_so() -> None:
    with pytest.raises(RuntimeError, match="create_app"), Queue().site():
        pass


def test_a_queued_mail_runs_in_the_application_bound_last(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path), TESTING=True)
    with tasks.huey.site() as bound:
        assert bound is app
        assert current_app.extensions is app.extensions


def test_data_is_purged_daily() -> None:
    names = {type(task).__name__ for task in tasks.huey._registry.periodic_tasks}
    assert "purge_data" in names


def test_trusted_lists_are_refreshed_daily() -> None:
    names = {type(task).__name__ for task in tasks.huey._registry.periodic_tasks}
    assert "refresh_trusted_lists" in names
