"""How long a SIRET change takes on a large structure: `python -m benchmarks.siret [URL]`.

50 services, 500 people, 20,000 invoices (asked: at most 2 s), then half of each, on SQLite or on the
database of URL (empty: its tables are made). The verb and its commit, five times; statements counted.
"""

import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date

from sqlalchemy import create_engine, event, insert
from sqlalchemy.orm import Session

from communaute.domain.siret.changing import change, preview
from communaute.extensions import Base, prepare_sqlite
from communaute.models import Invoice, Membership, MembershipRole, MembershipState, Service, User
from tests.structures.worlds import NOW, TODAY, equip, person, siret, structure


BOUND_S = 2.0
RUNS = 5


def main() -> int:
    folder = tempfile.mkdtemp()
    url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/bench.sqlite"
    engine = create_engine(url)
    prepare_sqlite(engine)
    Base.metadata.create_all(engine)
    print(
        f"{engine.dialect.name}: services, people, invoices → preview s, change s (median), statements"
    )
    medians = []
    for company, size in ((1, 0.01), (2, 0.5), (3, 1)):
        medians.append(measured(engine, company, size))
    print(f"the largest: {medians[-1]:.3f} s (bound {BOUND_S})")
    return int(medians[-1] > BOUND_S)


def measured(engine, company, size):
    services, people, invoices = int(50 * size) or 1, int(500 * size), int(20_000 * size)
    with Session(engine) as session, session.begin():
        user_id, here = filled(session, company, services, people, invoices)
    previews, changes, counts = [], [], []
    for run in range(RUNS):
        with Session(engine) as session:
            user, new = session.get_one(User, user_id), siret(company, run + 2).digits
            started = time.perf_counter()
            preview(session, user, here, new, "", today=TODAY)
            previews.append(time.perf_counter() - started)
            with counted(engine) as statements:
                started = time.perf_counter()
                done = change(session, user, here, new, "", today=TODAY, now=NOW)
                session.commit()
                changes.append(time.perf_counter() - started)
            counts.append(len(statements))
            here = moved(session, here, done.new_id)
    change_s = statistics.median(changes)
    print(
        f"{services:5} {people:5} {invoices:7} → {statistics.median(previews):.3f} {change_s:.3f} "
        f"(worst {max(changes):.3f}) {set(counts)}"
    )
    return change_s


@contextmanager
def counted(engine):
    statements = []

    def note(*_):
        statements.append(1)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def moved(session, old, new):
    """Give the new structure the old one's invoices, so that each run has as many."""
    for column in (Invoice.sender_id, Invoice.recipient_id):
        session.execute(Invoice.__table__.update().where(column == old).values({column.key: new}))
    session.commit()
    return new


def filled(session, company, services, people, invoices):
    chief = person(session)
    made = structure(session, siret(company), principal=chief)
    equip(session, made, services=0)
    partner = structure(session, siret(company + 500))
    session.add_all(
        Service(structure_id=made.id, code=f"{n:05}", name=f"Service {n}") for n in range(services)
    )
    users = [person(session) for _ in range(people - 1)]
    session.add_all(
        Membership(
            user_id=user.id,
            structure_id=made.id,
            role=MembershipRole.USER,
            state=MembershipState.ACTIVE,
            asked_at=NOW,
        )
        for user in users
    )
    rows = [
        {
            "number": f"F{n}",
            "year": 2026,
            "sender_id": made.id if n % 2 else partner.id,
            "recipient_id": partner.id if n % 2 else made.id,
            "service_code": "",
            "amount": 100,
            "issued_on": date(2026, 1, 1),
            "status": ("MISE_A_DISPOSITION", "SUSPENDUE", "MANDATEE", "MISE_EN_PAIEMENT")[n % 4],
            "status_at": NOW,
        }
        for n in range(invoices)
    ]
    session.execute(insert(Invoice), rows)
    return chief.id, made.id


if __name__ == "__main__":
    sys.exit(main())
