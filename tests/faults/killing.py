"""A process that is killed (-9) at a chosen point of its work, and what its database then holds."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session

from communaute.extensions import Base, db


# Drawn anew at each run: they say nothing of what was done.
DRAWN = frozenset({"code", "reference", "key", "claim"})
# What changes what is on a disk.
FILE_EVENTS = frozenset({"os.rename", "os.mkdir", "os.remove", "os.link", "os.rmdir"})


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def at_statement(number: int) -> Callable[[], None]:
    """Die when the database is asked for the `number`th time."""
    asked = 0

    def prepare() -> None:
        def count(*_: Any) -> None:
            nonlocal asked
            asked += 1
            if asked == number:
                die()

        event.listen(db.engine, "before_cursor_execute", count)
        event.listen(db.engine, "commit", count)

    return prepare


def at_file(number: int, folder: str = "") -> Callable[[], None]:
    """Die when a file is made, moved or removed for the `number`th time, in a folder if one is named."""
    done = 0

    def hook(name: str, given: tuple[Any, ...]) -> None:
        nonlocal done
        writes = name == "open" and isinstance(given[1], str) and given[1][:1] in "wax"
        if (writes or name in FILE_EVENTS) and folder in str(given[0]):
            done += 1
            if done == number:
                die()

    return lambda: sys.addaudithook(hook)


def half_way(folder: str) -> Callable[[], None]:
    """Die in the middle of the first file that is written to a folder (`Path.write_bytes`)."""
    whole = Path.write_bytes

    def write(self: Path, data: bytes) -> int:
        half = whole(self, data[: len(data) // 2] if self.parent.name == folder else data)
        if self.parent.name == folder:
            die()
        return half

    return lambda: setattr(Path, "write_bytes", write)


def killed(app: Flask, task: Callable[[], object], prepare: Callable[[], None]) -> bool:
    """Run a task in a process of its own, that may die on its way; whether it did."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with app.app_context():
                prepare()
            task()
            status = 0
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    if os.WIFSIGNALED(ended):
        return True
    assert os.waitstatus_to_exitcode(ended) == 0, "the task failed by itself"
    return False


def state_of(session: Session) -> dict[str, list[str]]:
    """What every table holds, but what is drawn at random."""
    state = {}
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if column.name not in DRAWN]
        rows = session.execute(select(*columns)).all()
        state[table.name] = sorted(map(repr, rows))
    session.rollback()
    return state


def tables(session: Session) -> int:
    return len(inspect(session.connection()).get_table_names())
