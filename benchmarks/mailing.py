"""Deliveries a second to a local SMTP sink: one worker and two, SQLite and PostgreSQL; memory.

    .venv/bin/python -m benchmarks.mailing [--mails 2000] [--memory 100000]

`--runs 0` measures memory alone.
"""

import argparse
import asyncio
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from communaute import create_app
from communaute.config import Settings
from communaute.domain import clock
from communaute.extensions import db
from communaute.mailing.messages import accounts
from communaute.mailing.outbox import post
from communaute.models import Delivery, DeliveryState
from communaute.wiring import post_office
from tests.databases import PostgresServer, newest_binaries


ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def sink():
    """A server that says yes to everything, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.mailing", "--sink"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield f"smtp://127.0.0.1:{process.stdout.readline().strip()}"
    process.terminate()
    process.wait()


async def answer(reader, writer):
    """Just enough SMTP."""
    writer.write(b"220 sink\r\n")
    data = False
    while line := await reader.readline():
        if data:
            data = line != b".\r\n"
            reply = None if data else b"250 OK\r\n"
        else:
            data = line.lower().startswith(b"data")
            reply = b"354 go\r\n" if data else b"250 OK\r\n"
        if line.lower().startswith(b"quit"):
            break
        if reply:
            writer.write(reply)
            await writer.drain()
    writer.close()


async def serve():
    server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=1 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def application(folder, url, smtp):
    settings = Settings(
        instance_path=str(folder), secret_key="x" * 32, database_url=url, smtp_url=smtp
    ).completed()
    app = create_app(settings, TESTING=True)
    return app, settings


def fill(app, count):
    """So many mails that wait."""
    with app.app_context():
        db.create_all()
        session = db.session()
        now = clock.now()
        before = session.scalar(select(func.count(Delivery.id)))
        for number in range(before, before + count):
            to = f"p{number}@exemple.example"
            post(session, accounts.account_erased(to=to, when=now), key=f"b{number}", due=now)
            if number % 1000 == 0:
                session.commit()
        session.commit()
        db.engine.dispose()


def rate(folder, url, workers, count):
    """Mails a second, by so many worker processes."""
    with sink() as smtp:
        app, _ = application(folder, url, smtp)
        fill(app, count)
        command = [sys.executable, "-m", "tests.mailing.working", str(folder), url, smtp, "900"]
        started = [
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
            for _ in range(workers)
        ]
        for worker in started:
            worker.stdout.readline()
        begun = time.perf_counter()
        for worker in started:
            worker.wait()
        seconds = time.perf_counter() - begun
        with app.app_context():
            left = select(func.count()).where(Delivery.state != DeliveryState.SENT)
            assert db.session.scalar(left) == 0
            db.session.remove()
            db.engine.dispose()
    return count / seconds


def memory(folder, url, count):
    """Memory of one worker along so many mails: what it holds (MB) after each pass."""
    with sink() as smtp:
        app, _ = application(folder, url, smtp)
        fill(app, count)
        command = [sys.executable, "-m", "benchmarks.mailing", "--worker", str(folder), url, smtp]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [tuple(map(float, line.split())) for line in done.stdout.splitlines()]


def work(folder, url, smtp):
    """A worker that says after each pass how many mails have left and how much memory it holds."""
    app, settings = application(folder, url, smtp)
    sent = 0
    while passed := post_office.sender(app, settings).run(timedelta(seconds=30)).total():
        sent += passed
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        print(sent, pages * resource.getpagesize() / 1e6, flush=True)


def say_memory(found):
    """The first and the last fifth compared: flat means that they are alike."""
    fifth = max(1, len(found) // 5)
    first = statistics.median(held for _, held in found[:fifth])
    last = statistics.median(held for _, held in found[-fifth:])
    most = max(held for _, held in found)
    print(
        f"memory of a worker over {found[-1][0]:.0f} mails: {first:.1f} MB in the first fifth, "
        f"{last:.1f} MB in the last, {most:.1f} MB at most"
    )


def databases():
    """The two databases, empty each time."""
    folder = Path(tempfile.mkdtemp(prefix="bench-mail-"))
    yield "SQLite", folder, lambda n: f"sqlite:///{folder / f'{n}.sqlite'}"
    binaries = newest_binaries()
    if binaries:
        home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        server = PostgresServer(binaries, home)
        with server.database() as one, server.database() as two, server.database() as three:
            yield "PostgreSQL", folder, lambda n: (one, two, three)[n % 3]
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory", type=int, default=0)
    parser.add_argument("--sink", action="store_true")
    parser.add_argument("--worker", nargs=3)
    given = parser.parse_args()
    if given.sink:
        asyncio.run(serve())
    elif given.worker:
        work(*given.worker)
    else:
        measure(given)


def measure(given):
    for name, folder, url in databases():
        for workers in (1, 2) if given.runs else ():
            rates = [rate(folder, url(workers), workers, given.mails) for _ in range(given.runs)]
            print(
                f"{name}, {workers} worker(s): {statistics.median(rates):.0f} mails/s"
                f" (median of {given.runs}, {given.mails} mails each)",
                flush=True,
            )
        if given.memory and name == "SQLite":
            say_memory(memory(folder, url(0), given.memory))


if __name__ == "__main__":
    main()
