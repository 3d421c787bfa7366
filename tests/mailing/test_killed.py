"""Workers killed at random: no mail lost, none sent twice without anybody knowing."""

import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from communaute.domain import clock
from communaute.extensions import db
from communaute.models import Delivery, DeliveryState
from tests.conftest import ROOT
from tests.mailing.conftest import post_many
from tests.mailing.servers import Postbox, smtp_server
from tests.mailing.test_outbox import read


MAILS, KILLS = 2_000, 20


class CountingPostbox(Postbox):
    """Says when so many mails have come."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted, self.reached = 0, threading.Event()

    async def handle_DATA(self, *arguments: object) -> str:  # noqa: N802
        answer = await super().handle_DATA(*arguments)
        if len(self.taken) >= self.wanted:
            self.reached.set()
        return answer

    def wait_for(self, count: int, worker: subprocess.Popen[str]) -> None:
        """Wait until `count` mails have come, or the worker has no more to send."""
        self.reached.clear()
        self.wanted = count
        while not self.reached.wait(0.2) and worker.poll() is None:
            pass


def start(app: Flask, tmp_path: Path, smtp: str) -> subprocess.Popen[str]:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    command = [sys.executable, "-m", "tests.mailing.working", str(tmp_path), url, smtp, "0.5"]
    worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    return worker


@pytest.mark.slow
def test_a_worker_killed_twenty_times_loses_no_mail_and_sends_none_twice_silently(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    post_many(session, MAILS, clock.now())
    session.close()
    db.engine.dispose()
    postbox = CountingPostbox()
    chance = random.Random(20201123)
    stops = sorted(chance.sample(range(20, MAILS - 100), KILLS))
    with smtp_server(postbox) as address:
        for stop in stops:
            worker = start(app, tmp_path, address)
            postbox.wait_for(stop, worker)
            worker.kill()
            worker.communicate()
        start(app, tmp_path, address).communicate()
        start(app, tmp_path, address).communicate()
    found = read(session)
    taken = postbox.identifiers()
    uncertain = found.count(DeliveryState.UNCERTAIN)
    assert len(taken) == len(set(taken)), "a silent double"
    assert found.count(DeliveryState.SENT) + uncertain == MAILS
    assert found.count(DeliveryState.SENT) <= len(taken) <= MAILS
    assert uncertain <= KILLS, "each kill leaves at most one mail for people to decide"
    assert set(read(session, Delivery.attempts)) == {1}


@pytest.mark.slow
def test_two_workers_never_take_the_same_mail(app: Flask, session: Session, tmp_path: Path) -> None:
    post_many(session, 400, clock.now())
    session.close()
    postbox = Postbox()
    with smtp_server(postbox) as address:
        workers = [start(app, tmp_path, address) for _ in range(3)]
        for worker in workers:
            worker.communicate()
    assert len(set(postbox.identifiers())) == len(postbox.taken) == 400
    assert set(read(session)) == {DeliveryState.SENT}
