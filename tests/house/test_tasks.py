"""The queue: in a file of its own, or in Redis; periodic work calls a verb."""

from pathlib import Path

import pytest
from huey import RedisHuey, SqliteHuey

from communaute import tasks
from tests.conftest import settings_for


def test_the_queue_has_a_file_of_its_own(tmp_path: Path) -> None:
    queue = tasks.build_queue(settings_for(tmp_path))
    assert isinstance(queue, SqliteHuey)
    assert (tmp_path / "queue.sqlite").exists()
    assert not (tmp_path / "site.sqlite").exists()
    queue.storage.close()


@pytest.mark.redis
def test_the_queue_is_in_redis_when_configured(tmp_path: Path, redis_server: str) -> None:
    queue = tasks.build_queue(settings_for(tmp_path, redis_url=redis_server))
    assert isinstance(queue, RedisHuey)

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


def test_data_is_purged_daily() -> None:
    names = {type(task).__name__ for task in tasks.huey._registry.periodic_tasks}
    assert "purge_data" in names


def test_trusted_lists_are_refreshed_daily() -> None:
    names = {type(task).__name__ for task in tasks.huey._registry.periodic_tasks}
    assert "refresh_trusted_lists" in names
