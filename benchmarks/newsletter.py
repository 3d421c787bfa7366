"""One issue to many subscribers: queued in how long, in how much memory, sent how fast, killed ten times.

    .venv/bin/python -m benchmarks.newsletter [--subscribers 100000] [--sent 5000] [--kills 10]

SQLite. `--sent` says how many of the mails are let go to the sink (0: all). Each worker but the last is
killed (-9) at random; then every mail must have arrived once, or be listed « état inconnu ».
"""

import argparse
import asyncio
import contextlib
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, insert, select, update

from communaute import create_app
from communaute.config import Settings
from communaute.domain import clock
from communaute.domain.addresses import mailbox_digest
from communaute.domain.newsletter import sending
from communaute.domain.newsletter.pace import Rates
from communaute.domain.newsletter.subscribers import new_reference, packed
from communaute.extensions import db
from communaute.models import Delivery, DeliveryState, Sending, Subscriber
from communaute.wiring import letter_desk, post_office


ROOT = Path(__file__).resolve().parent.parent
ISSUE = "/newsletter/2026-automne"
MESSAGE_ID = re.compile(rb"(?mi)^Message-ID: *(<[^>]+>)")
ROWS = 2_000


def megabytes():
    """What this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def application(folder, smtp):
    settings = Settings(
        instance_path=str(folder), secret_key="x" * 32, smtp_url=smtp, newsletter_domain_rate="0"
    ).completed()
    return create_app(settings, TESTING=True), settings


def fill(count):
    """So many people who subscribe."""
    themes = packed(["fournisseur"])
    for first in range(0, count, ROWS):
        addresses = [f"p{n}@exemple.example" for n in range(first, min(first + ROWS, count))]
        rows = [
            {
                "reference": new_reference(),
                "digest": mailbox_digest(address),
                "address": address,
                "themes": themes,
                "confirmed_at": clock.now(),
            }
            for address in addresses
        ]
        db.session.execute(insert(Subscriber), rows)
        db.session.commit()


def queue(count):
    """Queue the issue; seconds, and memory after the tenth batch and at the end."""
    page = letter_desk.current.content().page(ISSUE)
    number = sending.ask(
        letter_desk.context(), letter_desk.letter_of_page(page), due=clock.now()
    ).id
    db.session.commit()
    begun, held = time.perf_counter(), []
    while sending.queue_batch(letter_desk.context(), number, Rates()) is not None:
        held.append(megabytes())
    seconds = time.perf_counter() - begun
    counts = sending.counts(db.session(), db.session.get_one(Sending, number), clock.today())
    assert counts.everybody == count, counts
    db.session.commit()
    return number, seconds, held[min(9, len(held) - 1)], held[-1]


class Sink:
    """A server that says yes, and writes down the Message-ID of what it has taken."""

    def __init__(self, path):
        self.file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    async def answer(self, reader, writer):
        with contextlib.suppress(
            ConnectionError, asyncio.IncompleteReadError
        ):  # the worker was killed
            await self.converse(reader, writer)
        writer.close()

    async def converse(self, reader, writer):
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            word = line[:4].lower()
            if word == b"data":
                writer.write(b"354 go\r\n")
                self.take(await reader.readuntil(b"\r\n.\r\n"))
            writer.write(b"250-sink\r\n250 PIPELINING\r\n" if word == b"ehlo" else b"250 OK\r\n")
            await writer.drain()
            if word == b"quit":
                break

    def take(self, mail):
        os.write(self.file, MESSAGE_ID.search(mail)[1] + b"\n")


async def serve(path):
    server = await asyncio.start_server(Sink(path).answer, "127.0.0.1", 0, limit=1 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def child(*arguments):
    """This module in a process of its own; its first line."""
    command = [sys.executable, "-m", "benchmarks.newsletter", *map(str, arguments)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().strip()


def work(folder, smtp):
    """A worker, as the queue's: until nothing is due."""
    app, settings = application(folder, smtp)
    print("ready", flush=True)
    postman = post_office.postman(app, settings)
    make = postman.make_sender

    def impatient():
        sender = make()
        sender.lease = timedelta(seconds=0.5)
        return sender

    postman.make_sender = impatient
    while postman.wake():
        pass


def taken(path):
    """How many mails the sink has."""
    return Path(path).read_bytes().count(b"\n") if Path(path).exists() else 0


def send(folder, smtp, ids, count, kills):
    """Send, killing each worker at random; seconds at work (starting apart), how many were killed."""
    chance, at_work, killed = random.Random(20261129), 0.0, 0
    stops = sorted(chance.sample(range(count // 20, count * 19 // 20), kills))
    for stop in [*stops, None]:
        worker, _ = child("--worker", folder, smtp)
        begun = time.perf_counter()
        while worker.poll() is None and (stop is None or taken(ids) < stop):
            time.sleep(0.005)
        if worker.poll() is None:
            worker.kill()
            killed += 1
        worker.wait()
        at_work += time.perf_counter() - begun
    worker, _ = child("--worker", folder, smtp)  # what the last one killed had in hand
    worker.wait()
    return at_work, killed


def keep(number, count):
    """Let so many go, and hold the others: they are counted among what has not left."""
    about = f"newsletter {number}"
    last = select(Delivery.id).where(Delivery.about == about).order_by(Delivery.id).limit(count)
    held = update(Delivery).where(Delivery.about == about, Delivery.id.not_in(last))
    db.session.execute(held.values(state=DeliveryState.HELD))
    db.session.commit()


def measure(given):
    folder = Path(tempfile.mkdtemp(prefix="bench-letter-"))
    ids = folder / "ids"
    server, port = child("--sink", ids)
    smtp = f"smtp://127.0.0.1:{port}"
    app, _ = application(folder, smtp)
    with app.app_context():
        db.create_all()
        fill(given.subscribers)
        number, seconds, first, last = queue(given.subscribers)
        print(
            f"queued: {given.subscribers} mails in {seconds:.1f} s; memory {first:.1f} MB after ten "
            f"batches, {last:.1f} MB at the end",
            flush=True,
        )
        count = given.sent or given.subscribers
        keep(number, count)
        db.session.remove()
        db.engine.dispose()
        at_work, killed = send(folder, smtp, ids, count, given.kills)
        say(number, ids, count, at_work, killed)
        db.session.remove()
        db.engine.dispose()
    server.terminate()
    server.wait()


def say(number, ids, count, at_work, killed):
    """What has arrived, compared with what the page says."""
    found = Counter(ids.read_bytes().split())
    counts = sending.counts(db.session(), db.session.get_one(Sending, number), clock.today())
    doubles = [one for one, times in found.items() if times > 1]
    print(
        f"sent: {len(found)} in {at_work:.1f} s, {len(found) / at_work:.0f} a second; killed {killed} times"
    )
    print(f"twice: {len(doubles)}; {counts}; states {states()}")
    assert not doubles
    assert counts.sent + counts.uncertain == count
    assert counts.sent <= len(found) <= counts.sent + counts.uncertain
    assert counts.uncertain <= killed * int(Settings().mail_lines)


def states():
    rows = db.session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    return {str(state): total for state, total in rows}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--subscribers", type=int, default=100_000)
    parser.add_argument("--sent", type=int, default=5_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--sink")
    parser.add_argument("--worker", nargs=2)
    given = parser.parse_args()
    os.environ.setdefault("INSTANCE_PATH", tempfile.mkdtemp(prefix="bench-letter-"))
    if given.sink:
        asyncio.run(serve(given.sink))
    elif given.worker:
        work(*given.worker)
    else:
        measure(given)


if __name__ == "__main__":
    main()
