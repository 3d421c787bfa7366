"""Five hundred forms sent at once to a real gunicorn of four processes, one of which is killed."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from communaute.models import Delivery, Registration, SessionPair
from tests.conftest import ROOT
from tests.trainings.people import School
from tests.trainings.test_crowd import engine, people


assert engine  # the fixture, of this module too
COUNT, CAPACITY, WORKERS = 500, 12, 4
FORM = "application/x-www-form-urlencoded"


class Line(http.client.HTTPConnection):
    """HTTP over a Unix socket: no port to choose."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=300)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(300)
        self.sock.connect(self.path)


@contextmanager
def gunicorn(url: str, folder: Path) -> Iterator[tuple[str, list[int]]]:
    """The site on a socket, and the process numbers of its workers."""
    home = tempfile.mkdtemp(prefix="g-", dir="/tmp")  # a socket's path is short
    path = f"{home}/s"
    command = [sys.executable, "-m", "gunicorn", "tests.trainings.door:site()", "--bind"]
    command += [f"unix:{path}", "--workers", str(WORKERS), "--threads", "8", "--timeout", "300"]
    given = {"DATABASE_URL": url, "INSTANCE_PATH": str(folder), "SECRET_KEY": "secret"}
    environment = {**os.environ, **given, "LIMITS": "off", "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(
        [*command, "--log-level", "info"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    workers: list[int] = []
    while len(workers) < WORKERS:
        line = server.stderr.readline()
        assert line, "gunicorn has ended"
        if "Booting worker with pid" in line:
            workers.append(int(line.rsplit(" ", 1)[1]))
    drained = threading.Thread(target=server.stderr.read, daemon=True)
    drained.start()
    yield path, workers
    server.terminate()
    server.wait()
    drained.join()
    server.stderr.close()


def send_all(path: str, pair: int, addresses: list[str], released: threading.Event) -> list[int]:
    """Everybody's form at once; 0 for who was cut off."""
    barrier = threading.Barrier(len(addresses), action=released.set)

    def one(who: str) -> int:
        fields = {"paire": pair, "nom": "Léa Martin", "courriel": who, "organisation": "Mairie"}
        line = Line(path)
        line.connect()
        barrier.wait()
        try:
            line.request("POST", "/outils/inscription", urlencode({**fields, "consentement": "oui"}),
                         {"Content-Type": FORM})  # fmt: skip
            return line.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            line.close()

    with ThreadPoolExecutor(len(addresses)) as threads:
        return list(threads.map(one, addresses))


def press_again(path: str, pair: int, who: list[str], statuses: list[int]) -> list[int]:
    """Whoever was cut off, or told to come back (503, Retry-After), sends the form again."""
    while back := [one for one, status in zip(who, statuses, strict=True) if status in (0, 503)]:
        answers = dict(zip(back, send_all(path, pair, back, threading.Event()), strict=True))
        statuses = [answers.get(one, status) for one, status in zip(who, statuses, strict=True)]
    return statuses


def check(engine: Engine, pair: int) -> None:
    with Session(engine) as session:
        rows = session.scalars(select(Registration)).all()
        states = Counter(row.state for row in rows)
        assert states == {"held": CAPACITY, "waiting": COUNT - CAPACITY}
        assert session.get_one(SessionPair, pair).taken == CAPACITY
        numbers = sorted(row.number or 0 for row in rows if row.state == "waiting")
        assert numbers == list(range(1, COUNT - CAPACITY + 1))
        asked = session.scalars(
            select(Delivery.recipient).where(Delivery.template != "training-again")
        )
        assert Counter(asked) == Counter(row.email for row in rows)


def soon(engine: Engine) -> int:
    """A pair to come, by the real clock."""
    with Session(engine, expire_on_commit=False) as session:
        return School(session, now=datetime.now(UTC)).pair(CAPACITY)


@pytest.mark.slow
def test_five_hundred_forms_at_once(engine: Engine, database_url: str, tmp_path: Path) -> None:
    pair = soon(engine)
    with gunicorn(database_url, tmp_path) as (path, _workers):
        statuses = send_all(path, pair, people(COUNT), threading.Event())
        assert {*statuses} <= {303, 503}, Counter(statuses)
        again = press_again(path, pair, people(COUNT), statuses)
    assert all(200 <= status < 400 for status in again), Counter(again)
    check(engine, pair)


@pytest.mark.slow
def test_a_worker_killed_in_the_middle(engine: Engine, database_url: str, tmp_path: Path) -> None:
    pair = soon(engine)
    with gunicorn(database_url, tmp_path) as (path, workers):
        released = threading.Event()
        killer = threading.Thread(target=kill_once_busy, args=(engine, released, workers[0]))
        killer.start()
        statuses = send_all(path, pair, people(COUNT), released)
        killer.join()
        assert {*statuses} <= {0, 303, 503}, Counter(statuses)
        again = press_again(path, pair, people(COUNT), statuses)
        assert all(200 <= status < 400 for status in again), Counter(again)
    check(engine, pair)


def kill_once_busy(engine: Engine, released: threading.Event, worker: int) -> None:
    released.wait()
    with engine.connect().execution_options(read_only=True) as connection:
        while len(connection.execute(select(Registration.id)).all()) < 20:
            connection.rollback()
    os.kill(worker, signal.SIGKILL)
