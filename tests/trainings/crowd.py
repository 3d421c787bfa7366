"""A crowd: real processes and threads, all released by one barrier, each one person's request.

with Crowd(url, people, processes=8) as crowd:
    crowd.sign_up(pair)   # everybody at once
    crowd.confirm()       # whoever got the mail clicks, everybody at once

The barrier is a lock on a file, held until every thread is there: the kernel lets go of it for
a process that is killed, when multiprocessing's own barrier would leave the others waiting.
"""

import fcntl
import multiprocessing
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any

from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from communaute import models
from communaute.domain.errors import DomainError
from communaute.domain.trainings import registration, signing_up
from communaute.extensions import prepare_sqlite
from communaute.models import Delivery, Registration
from tests.trainings.people import a_context, a_request


assert models
# As many as a web process has threads.
CONNECTIONS = 8
Answer = tuple[str, str, int]  # who, what it came to, rank or 0


def engine_of(url: str) -> Engine:
    engine = create_engine(url, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=600)
    prepare_sqlite(engine)
    return engine


def sign_up(engine: Engine, who: str, pair_id: int) -> Answer:
    with Session(engine) as session:
        context = a_context(session)
        outcome = signing_up.sign_up(context, a_request(pair_id, who))
        session.commit()
        return who, outcome.kind.value, outcome.rank or 0


def confirm(engine: Engine, who: str, _pair_id: int) -> Answer:
    """Open the mail, click: who got no link to confirm has nothing to click."""
    with Session(engine) as session:
        mailed = select(Delivery.id).where(
            Delivery.recipient == who, Delivery.template == "training-confirm"
        )
        found = select(Registration.reference).where(Registration.email == who, mailed.exists())
        reference = session.scalar(found)
        session.rollback()
        if reference is None:
            return who, "no mail", 0
        try:
            context = a_context(session)
            view = registration.confirm(context, context.token(reference))
            session.commit()
        except DomainError as refused:
            return who, str(refused), 0
        return who, view.state.value, 0


ACTS = {"sign_up": sign_up, "confirm": confirm}


def serve(url: str, people: Sequence[str], gate: str, line: Connection) -> None:
    """One process: for each order, a thread a person, all held back at the gate."""
    engine = engine_of(url)
    here = threading.Barrier(len(people) + 1)
    with ThreadPoolExecutor(len(people)) as threads:
        while order := line.recv():
            what, pair_id = order
            asked = [
                threads.submit(held_back, here, gate, ACTS[what], engine, who, pair_id)
                for who in people
            ]
            here.wait()
            line.send("ready")
            line.send([each.result() for each in asked])
    engine.dispose()


def held_back(
    here: threading.Barrier, gate: str, act: Any, engine: Engine, who: str, pair_id: int
) -> Answer:
    """Wait for the others of this process, then for the gate; then act."""
    with open(gate) as closed:
        here.wait()
        fcntl.flock(closed, fcntl.LOCK_SH)
        fcntl.flock(closed, fcntl.LOCK_UN)
    answer: Answer = act(engine, who, pair_id)
    return answer


@dataclass
class Crowd:
    """So many people, spread over so many processes."""

    url: str
    people: Sequence[str]
    processes: int = 8
    started: list[tuple[BaseProcess, Connection]] = field(default_factory=list)

    def __enter__(self) -> "Crowd":
        context = multiprocessing.get_context("spawn")
        self.gate = tempfile.NamedTemporaryFile("w", prefix="gate-")
        for number in range(self.processes):
            ours, theirs = context.Pipe()
            share = self.people[number :: self.processes]
            process = context.Process(target=serve, args=(self.url, share, self.gate.name, theirs))
            process.start()
            theirs.close()
            self.started.append((process, ours))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process, line in self.started:
            if process.is_alive() and kind is None:
                line.send(None)
            elif process.is_alive():
                process.kill()
            process.join()
            line.close()
        self.gate.close()

    def order(self, what: str, pair_id: int = 0) -> None:
        """Ask every process; once every thread is at the gate, open it."""
        fcntl.flock(self.gate, fcntl.LOCK_EX)
        for _process, line in self.started:
            line.send((what, pair_id))
        for _process, line in self.started:
            assert line.recv() == "ready"
        fcntl.flock(self.gate, fcntl.LOCK_UN)

    def answers(self) -> list[Answer]:
        """What each was answered, of the processes that are still there."""
        return [answer for _process, line in self.started for answer in line.recv()]

    def sign_up(self, pair_id: int) -> list[Answer]:
        """Everybody signs up for the pair."""
        self.order("sign_up", pair_id)
        return self.answers()

    def confirm(self) -> list[Answer]:
        """Everybody who has a mail to confirm clicks."""
        self.order("confirm")
        return self.answers()

    def kill(self, count: int) -> None:
        """kill -9, in the middle of whatever they do."""
        for process, line in self.started[:count]:
            process.kill()
            process.join()
            line.close()
        self.started = self.started[count:]
