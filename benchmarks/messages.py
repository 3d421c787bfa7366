"""A message to many structures: prepared, then sent (composed and queued), in seconds and in queries.

    .venv/bin/python -m benchmarks.messages [--structures 500] [--members 20]

The target is 500 structures of 20 members in 2 s and 15 queries, on SQLite and on PostgreSQL. Filling the
database is not counted. Everybody is written to: the worst case.
"""

import argparse
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import create_engine, event, func, insert, select
from sqlalchemy.orm import Session

from communaute import models
from communaute.domain.context import Context
from communaute.domain.messages import drafts, preparing, sending
from communaute.domain.messages.values import Written
from communaute.domain.structures.numbers import DEMO, made_up
from communaute.extensions import Base, prepare_sqlite
from tests.databases import PostgresServer, newest_binaries


NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
WRITTEN = Written(
    subject="Nouveau code service",
    body="Employez le code **S042** dès le 1er décembre.\n" * 40,
    concerns="tous nos fournisseurs",
    valid_until=date(2026, 12, 31),
)


def fill(engine, structures, members):
    """A town, its suppliers with one invoice each, and the people of each supplier."""
    Base.metadata.create_all(engine)
    people = structures * members
    with engine.begin() as line:
        for table, rows in (
            (models.User, [user(n) for n in range(people + 1)]),
            (models.Structure, [structure(n) for n in range(structures + 1)]),
            (
                models.Membership,
                [member(0, 0), *(member(1 + n, 1 + n // members) for n in range(people))],
            ),
            (models.Invoice, [invoice(n) for n in range(1, structures + 1)]),
        ):
            for start in range(0, len(rows), 5_000):
                line.execute(insert(table), rows[start : start + 5_000])


def user(number):
    """Somebody with a confirmed account."""
    return {
        "id": number + 1,
        "email": f"p{number}@exemple.example",
        "fs_uniquifier": str(number),
        "confirmed_at": NOON,
        "created_at": NOON,
        "active": True,
    }


def structure(number):
    """The town is the first."""
    return {
        "id": number + 1,
        "siret": made_up(DEMO, 1 + number % 999, 1 + number // 999).digits,
        "name": f"Société {number}",
        "nature": "private" if number else "public",
        "origin": "demo",
        "active": True,
        "created_at": NOON,
    }


def member(person, of):
    """A manager: the mail goes to each."""
    return {
        "user_id": person + 1,
        "structure_id": of + 1,
        "role": "principal",
        "state": "active",
        "asked_at": NOON - timedelta(days=9),
    }


def invoice(number):
    """From a supplier to the town."""
    return {
        "number": f"F-{number}",
        "year": 2026,
        "sender_id": number + 1,
        "recipient_id": 1,
        "amount": Decimal("10.00"),
        "issued_on": NOON.date(),
        "status": "MISE_EN_PAIEMENT",
        "status_at": NOON,
    }


def measured(session, statements, act):
    """The seconds and the queries of an act and its commit."""
    statements.clear()
    started, worked = time.perf_counter(), time.process_time()
    act()
    session.commit()
    took, worked = time.perf_counter() - started, time.process_time() - worked
    asked = [one for one in statements if not one.startswith(("BEGIN", "PRAGMA"))]
    return f"{took:.2f} s ({worked:.2f} s of processor), {len(asked)} queries"


def measure(name, url, structures, members):
    """Fill, prepare, send."""
    engine = create_engine(url)
    prepare_sqlite(engine)
    fill(engine, structures, members)
    statements = []
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    with Session(engine) as session:
        author = session.get(models.User, 1)
        number = drafts.begin(session, author, 1, WRITTEN, NOON).id
        session.commit()
        prepared = measured(
            session,
            statements,
            lambda: preparing.prepare(session, author, 1, number, 1, NOON),
        )
        later = NOON + timedelta(minutes=11)
        context = Context(session, later, "https://site.example", "key")
        sent = measured(session, statements, lambda: sending.send_due(context))
        queued = session.scalar(select(func.count()).select_from(models.Delivery))
    engine.dispose()
    print(f"{name}, {structures} structures of {members}: prepared in {prepared};", flush=True)
    print(f"    sent in {sent}, {queued} mails queued", flush=True)


def main():
    """Both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--structures", type=int, default=500)
    parser.add_argument("--members", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{folder}/b.sqlite", given.structures, given.members)
    binaries = newest_binaries()
    if binaries is None:
        print("PostgreSQL is not there: not measured")
        return
    with tempfile.TemporaryDirectory() as folder:
        server = PostgresServer(binaries, Path(folder))
        try:
            with server.database() as url:
                measure("PostgreSQL", url, given.structures, given.members)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
