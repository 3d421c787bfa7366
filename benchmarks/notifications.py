"""Digests composed and queued: seconds and memory, on SQLite and on PostgreSQL.

    .venv/bin/python -m benchmarks.notifications [--people 10000] [--events 100000] [--kills 10]
                                                 [--only sqlite|postgresql]

The target is 100,000 people with 1,000,000 events in 120 s on PostgreSQL, within five minutes on
SQLite, under 200 MB, killed ten times at random: each person once, each event in one line at most.
The default is a tenth of it. Filling the database is not counted. Half of the events are changes of
invoices: several of one invoice are one line.
"""

import argparse
import random
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import create_engine, func, insert, select
from sqlalchemy.orm import Session

from communaute import models
from communaute.domain.context import Context
from communaute.domain.notifications import sending
from communaute.domain.structures.numbers import DEMO, made_up
from communaute.extensions import Base, prepare_sqlite
from tests.databases import PostgresServer, newest_binaries


ROOT = Path(__file__).resolve().parent.parent
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 7, tzinfo=UTC)
STEPS = ("MANDATEE", "COMPTABILISEE", "MISE_EN_PAIEMENT")
KINDS = ("space-opened", "mandate-added", "structure-declared")
# What all rows of a table say alike.
SAME = {
    models.User: {"confirmed_at": NOON, "created_at": NOON, "active": True},
    models.Structure: {"nature": "private", "origin": "demo", "created_at": NOON},
    models.Membership: {
        "role": "principal",
        "state": "active",
        "asked_at": NOON - timedelta(days=9),
    },
    models.NotificationSetting: {
        "next_at": MORNING,
        "since": NOON,
        "silenced": [],
        "exceptions": [],
    },
    models.Invoice: {
        "amount": Decimal("1234.50"),
        "status": "MISE_EN_PAIEMENT",
        "status_at": NOON,
        "year": NOON.year,
        "issued_on": NOON.date(),
    },
}


def opened(url):
    """The database's engine."""
    engine = create_engine(url)
    prepare_sqlite(engine)
    return engine


def fill(url, people, events):
    """People who receive, each in a structure, and events spread over them."""
    engine = opened(url)
    Base.metadata.create_all(engine)
    numbers = range(1, people + 1)
    with engine.begin() as line:
        for table, rows in tables(numbers, events):
            for start in range(0, len(rows), 5_000):
                line.execute(insert(table), rows[start : start + 5_000])
    engine.dispose()


def tables(numbers, events):
    """The rows of each table: one person, one structure and one invoice a number."""
    count = len(numbers)
    for table, row in (
        (
            models.User,
            lambda n: {"id": n, "email": f"p{n}@exemple.example", "fs_uniquifier": str(n)},
        ),
        (
            models.Structure,
            lambda n: {
                "id": n,
                "siret": made_up(DEMO, n % 1000, n // 1000).digits,
                "name": f"Société {n}",
            },
        ),
        (models.Membership, lambda n: {"user_id": n, "structure_id": n}),
        (models.NotificationSetting, lambda n: {"user_id": n}),
        (
            models.Invoice,
            lambda n: {"id": n, "number": f"F-{n}", "sender_id": n, "recipient_id": 1 + n % count},
        ),
    ):
        yield table, [row(n) | SAME[table] for n in numbers]
    yield models.Event, [event(n, count) for n in range(events)]


def event(n, count):
    """The n-th event: of a structure, or of the invoice that it sent."""
    structure = 1 + n * 7919 % count
    row = {"at": NOON + timedelta(seconds=n % 3600), "structure_id": structure}
    if n % 2:
        status = {"status": STEPS[n % len(STEPS)]}
        return {**row, "kind": "invoice-status", "invoice_id": structure, "details": status}
    return {**row, "kind": KINDS[n % len(KINDS)], "invoice_id": None, "details": {}}


def send(url):
    """Send what is due, in this process; says the seconds and the memory."""
    engine, started, before = opened(url), time.perf_counter(), time.process_time()
    with Session(engine) as session:
        counts = sending.send_due(Context(session, MORNING, "https://a.example", "key"))
    took = time.perf_counter() - started
    processor = time.process_time() - before
    memory = peak()
    with Session(engine) as session:
        queued = session.scalar(select(func.count()).select_from(models.Delivery))
    print(
        f"  {took:.1f} s ({processor:.1f} s of processor), {memory:.0f} MB, {counts}, {queued} mails queued",
        flush=True,
    )


def peak():
    """The largest this process has been, in MB. Its ru_maxrss would be that of who started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def measure(name, url, people, events, kills):
    """Fill; send in a process of its own, killed so many times; look that each person has one mail."""
    fill(url, people, events)
    print(f"{name}, {people} people, {events} events, killed {kills} times:", flush=True)
    command = [sys.executable, "-m", "benchmarks.notifications", "--send", url]
    chance, spent, queued = random.Random(7), 0.0, [0]
    for _ in range(kills):
        # A share of what a whole run takes here, about 0.8 ms a person, after the time to start.
        wait = 3 + chance.uniform(0, people * 0.0016 / kills)
        started = time.perf_counter()
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
            try:
                process.wait(timeout=wait)
            except subprocess.TimeoutExpired:
                process.kill()
        spent += time.perf_counter() - started
        queued.append(mails(url)[0])
    if kills:
        print(f"  {spent:.1f} s, then killed for the last time at {queued[1:]} mails", flush=True)
    subprocess.run(command, cwd=ROOT, check=True)
    count, readers = mails(url)
    print(f"  {count} mails to {readers} people", flush=True)
    if not count == readers == people:
        sys.exit("somebody was told twice, or not at all")


def mails(url):
    """How many digests are queued, and for how many people."""
    engine = opened(url)
    wanted = select(func.count(), func.count(func.distinct(models.Delivery.recipient)))
    with Session(engine) as session:
        found = session.execute(wanted).one()
    engine.dispose()
    return tuple(found)


def main():
    """Both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--send")
    given = parser.parse_args()
    if given.send:
        send(given.send)
        return
    asked = given.people, given.events, given.kills
    if given.only != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            measure("SQLite", f"sqlite:///{folder}/b.sqlite", *asked)
    binaries = newest_binaries()
    if given.only == "sqlite" or binaries is None:
        print("PostgreSQL is not measured")
        return
    with tempfile.TemporaryDirectory() as folder:
        server = PostgresServer(binaries, Path(folder))
        try:
            with server.database() as url:
                measure("PostgreSQL", url, *asked)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
