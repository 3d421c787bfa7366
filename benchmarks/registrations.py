"""Registrations a second: the verb from eight processes, one training against ten.

.venv/bin/python -m benchmarks.registrations [--people 2000] [--rounds 3] [--processes 8]

Each registration is the whole act: a place taken, its row, its explanation, its mail asked for,
committed. PostgreSQL waits for the disk at each commit (fsync on), as SQLite does its own way.
"""

import argparse
import multiprocessing
import shutil
import statistics
import tempfile
import time
from contextlib import contextmanager
from datetime import time as hour
from datetime import timedelta
from pathlib import Path

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from communaute import models
from communaute.domain.trainings import planning, signing_up
from communaute.domain.trainings.listing import TrainingPage
from communaute.extensions import Base, prepare_sqlite
from communaute.models import Registration, SessionPair
from tests.databases import PostgresServer, newest_binaries
from tests.trainings.people import NOON, a_context, a_request


assert models
CAPACITY = 10_000


def engine_of(url):
    engine = create_engine(url)
    prepare_sqlite(engine)
    return engine


def context_of(session):
    return a_context(session)


def pairs(engine, count):
    """One pair in each of so many trainings."""
    day = NOON.date() + timedelta(days=30)
    plan = planning.plan_series(day, hour(9, 30), second_day=day + timedelta(days=7))
    made = []
    with Session(engine) as session:
        for number in range(count):
            page = TrainingPage(slug=f"formation-{number}", title="Formation", theme="Thème")
            made += planning.create_pairs(context_of(session), page, plan, capacity=CAPACITY)
        session.commit()
    return made


def work(url, process, share, wanted, barrier, line):
    """One process: its people sign up, one after the other."""
    engine = engine_of(url)
    with Session(engine) as session:
        session.scalar(select(SessionPair.id))
    took = []
    barrier.wait()
    for number in range(share):
        request = a_request(wanted[number % len(wanted)], f"p{process}-{number}@exemple.example")
        begun = time.perf_counter()
        with Session(engine) as session:
            signing_up.sign_up(context_of(session), request)
            session.commit()
        took.append(time.perf_counter() - begun)
    line.send(took)
    engine.dispose()


def rate(url, trainings, people, processes):
    """Registrations a second, and how long one took, in seconds."""
    engine = engine_of(url)
    Base.metadata.create_all(engine)
    made = pairs(engine, trainings)
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(processes + 1)
    started = []
    for number in range(processes):
        ours, theirs = context.Pipe()
        share = people // processes
        order = made[number % trainings :] + made[: number % trainings]
        arguments = (url, number, share, order, barrier, theirs)
        process = context.Process(target=work, args=arguments)
        process.start()
        started.append((process, ours))
    barrier.wait()
    begun = time.perf_counter()
    took = [seconds for _, line in started for seconds in line.recv()]
    elapsed = time.perf_counter() - begun
    for process, _ in started:
        process.join()
    with Session(engine) as session:
        rows = session.scalar(select(func.count(Registration.id)))
        taken = session.scalar(select(func.sum(SessionPair.taken)))
        assert rows == taken == len(took), "every registration has its place"
    engine.dispose()
    return len(took) / elapsed, took


@contextmanager
def sqlite():
    folder = Path(tempfile.mkdtemp(prefix="bench-registrations-"))
    count = iter(range(1000))

    @contextmanager
    def database():
        yield f"sqlite:///{folder / f'{next(count)}.sqlite'}"

    yield database
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql():
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    server = PostgresServer(newest_binaries(), home, durable=True)
    yield server.database
    server.stop()
    shutil.rmtree(home, ignore_errors=True)


def measure(database, arguments):
    """One training against ten, in turn, in one run."""
    rates, took = {1: [], 10: []}, {1: [], 10: []}
    for _ in range(arguments.rounds):
        for trainings in (1, 10):
            with database() as url:
                speed, seconds = rate(url, trainings, arguments.people, arguments.processes)
            rates[trainings].append(speed)
            took[trainings] += seconds
    return rates, took


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=8)
    arguments = parser.parse_args()
    rooms = [("SQLite", sqlite)]
    if newest_binaries():
        rooms.append(("PostgreSQL", postgresql))
    for name, room in rooms:
        with room() as database:
            rates, took = measure(database, arguments)
        for trainings in (1, 10):
            each = sorted(took[trainings])
            print(
                f"{name}, {trainings} training(s): {statistics.median(rates[trainings]):.0f} a second "
                f"(rounds: {', '.join(f'{r:.0f}' for r in rates[trainings])}), one takes "
                f"{1000 * statistics.median(each):.0f} ms at the median, "
                f"{1000 * each[int(0.95 * len(each))]:.0f} ms at p95",
                flush=True,
            )


if __name__ == "__main__":
    main()
