"""Late transactions, two hosts at once, processes killed: each event told once, each person once."""

import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from communaute.domain.context import Context
from communaute.domain.notifications import sending, settings
from communaute.domain.notifications.choices import Choices
from communaute.domain.notifications.topics import Topic
from communaute.domain.structures.events import EventKind, happened
from communaute.models import Delivery, Structure, User
from tests.conftest import ROOT
from tests.structures import worlds


NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
PEOPLE = 60


def readers(engine: Engine, count: int) -> list[int]:
    """People who receive, each in a structure of their own; the structures."""
    with Session(engine) as session:
        made = []
        for _ in range(count):
            user = worlds.person(session)
            made.append(worlds.structure(session, worlds.fresh(), principal=user).id)
            settings.save(session, user, Choices(receives=True), NOON)
        session.commit()
        return made


def send(engine: Engine, now: datetime = MORNING) -> dict[str, int]:
    with Session(engine) as session:
        return sending.send_due(Context(session, now, worlds.BASE, "secret"))


def told(engine: Engine) -> Counter[str]:
    """How many lines each address was told, over all its mails."""
    found: Counter[str] = Counter()
    with Session(engine) as session:
        for mail in session.scalars(select(Delivery)):
            found[mail.recipient] += sum(len(group["lines"]) for group in mail.context["groups"])
    return found


def test_an_event_committed_late_is_in_the_next_digest(engine: Engine) -> None:
    """Its transaction is open across the run, its number drawn before those that are told."""
    (made,) = readers(engine, 1)
    if engine.dialect.name == "sqlite":
        pytest.skip("a writer is alone: none can be held open across the run")
    with Session(engine) as late:
        happened(late, EventKind.SPACE_OPENED, made, NOON)
        late.flush()
        with Session(engine) as early:
            happened(early, EventKind.MANDATE_ADDED, made, NOON + timedelta(hours=1))
            early.commit()
        assert send(engine)["sent"] == 1
        assert sum(told(engine).values()) == 1
        late.commit()
    assert send(engine, MORNING + timedelta(days=1))["sent"] == 1
    assert sum(told(engine).values()) == 2
    assert send(engine, MORNING + timedelta(days=2))["nothing"] == 1


QUIET = Choices(receives=True, silenced=frozenset({Topic.SPACE}))


def saved(session: Session, choices: Choices) -> None:
    """A person's settings, saved in a transaction that may still be open."""
    settings.save(session, session.scalars(select(User)).one(), choices, NOON)


def test_settings_being_saved_during_a_run_count_for_this_digest(engine: Engine) -> None:
    """The run leaves the person whose row is held; the pass that follows reads what was saved."""
    (made,) = readers(engine, 1)
    if engine.dialect.name == "sqlite":
        pytest.skip("a writer is alone: what is saved is saved before the run, or after it")
    with Session(engine) as session:
        happened(session, EventKind.SPACE_OPENED, made, NOON)
        session.commit()
    with Session(engine) as saving:
        saved(saving, QUIET)
        assert send(engine) == {"sent": 0, "nothing": 0, "closed": 0, "untold": 0}
        saving.commit()
    assert send(engine)["nothing"] == 1
    assert sum(told(engine).values()) == 0


def test_settings_saved_once_a_digest_is_written_count_for_the_next(engine: Engine) -> None:
    (made,) = readers(engine, 1)
    for day, expected in enumerate((1, 1)):
        with Session(engine) as session:
            at = NOON + timedelta(days=day)
            happened(session, EventKind.SPACE_OPENED, made, at)
            session.commit()
        send(engine, MORNING + timedelta(days=day))
        assert sum(told(engine).values()) == expected
        with Session(engine) as session:
            saved(session, QUIET)
            session.commit()


def test_hosts_that_send_together_write_to_each_person_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "BATCH", 7)
    for made in readers(engine, PEOPLE):
        with Session(engine) as session:
            happened(session, EventKind.SPACE_OPENED, made, NOON)
            session.commit()
    barrier, counts = threading.Barrier(4), list[int]()

    def host() -> None:
        barrier.wait()
        counts.append(send(engine)["sent"])

    hosts = [threading.Thread(target=host) for _ in range(4)]
    for each in hosts:
        each.start()
    for each in hosts:
        each.join()
    assert sum(counts) == PEOPLE
    assert set(told(engine).values()) == {1}
    assert len(told(engine)) == PEOPLE


WORKER = """
import sys
from datetime import datetime
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from communaute.extensions import prepare_sqlite
from communaute.domain.context import Context
from communaute.domain.notifications import sending
import communaute.models
sending.BATCH = 3
engine = create_engine(sys.argv[1])
prepare_sqlite(engine)
print("ready", flush=True)
with Session(engine) as session:
    now = datetime.fromisoformat(sys.argv[2])
    print(sending.send_due(Context(session, now, "https://site.example", "secret")), flush=True)
"""


@pytest.mark.slow
def test_killed_ten_times_each_person_is_told_once(engine: Engine) -> None:
    for made in readers(engine, PEOPLE):
        with Session(engine) as session:
            happened(session, EventKind.SPACE_OPENED, made, NOON)
            session.commit()
    url = engine.url.render_as_string(hide_password=False)
    chance = random.Random(4)
    for _ in range(10):
        command = [sys.executable, "-c", WORKER, url, MORNING.isoformat()]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as worker:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
            try:
                worker.wait(timeout=chance.uniform(0, 0.15))
            except subprocess.TimeoutExpired:
                worker.send_signal(signal.SIGKILL)
    send(engine)
    assert len(told(engine)) == PEOPLE
    assert set(told(engine).values()) == {1}
    with Session(engine) as session:
        assert session.scalar(select(Structure.id).limit(1)) is not None
