"""Whether a form's time tells who has an account.

    .venv/bin/python -m benchmarks.accounts [--turns 61] [--form /compte/connexion]

Prints, for each public account form and three addresses (with an account, waiting to be confirmed,
with none), the median time: processor time of the thread that answers and wall time, and how far
the furthest is from the address with none. 5 % at most is what the project asks. The three
alternate in one run, each time in another order, so that a busy machine slows all alike.
"""

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import delete

from communaute import create_app
from communaute.extensions import db
from communaute.models import FailedAttempt
from tests.accounts.people import Person
from tests.conftest import settings_for


FORMS = {
    "/compte/connexion": {"mot_de_passe": "un faux mot de passe"},
    "/compte/inscription": {"mot_de_passe": "un bon mot de passe"},
    "/compte/mot-de-passe-oublie": {},
    "/compte/confirmation": {},
}
NONE = "no account"
# Of the whole process: argon2 hashes in threads of its own.
CLOCKS = {"processor": time.process_time, "wall": time.perf_counter}


def forget_attempts(app):
    """Lockout would answer for the form after a few turns."""
    with app.app_context():
        db.session.execute(delete(FailedAttempt))
        db.session.commit()


def sent(app, path, email):
    """The seconds one form takes, by each clock."""
    person = Person(app)
    data = {"courriel": email, "csrf_token": person.token(path), **FORMS[path]}
    started = {name: clock() for name, clock in CLOCKS.items()}
    person.raw("POST", path, data=data)
    return {name: clock() - started[name] for name, clock in CLOCKS.items()}


def measure(app, path, turns):
    """Median milliseconds by clock and by kind of address."""
    known = Person(app).with_account()
    times = {name: {} for name in CLOCKS}
    for turn in range(turns):
        kinds = {"account": known.email, NONE: Person(app).email}
        kinds["waiting"] = Person(app).sign_up().email
        order = list(kinds)
        random.Random(turn).shuffle(order)
        for kind in order:
            for name, seconds in sent(app, path, kinds[kind]).items():
                times[name].setdefault(kind, []).append(seconds * 1e3)
        forget_attempts(app)
    return {n: {k: statistics.median(v) for k, v in of.items()} for n, of in times.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=61)
    parser.add_argument("--form", choices=FORMS, action="append")
    given = parser.parse_args()
    app = create_app(settings_for(Path(tempfile.mkdtemp())), TESTING=True)
    with app.app_context():
        db.create_all()
    for path in given.form or FORMS:
        for clock, found in measure(app, path, given.turns).items():
            said = ", ".join(f"{kind} {ms:.1f} ms" for kind, ms in sorted(found.items()))
            worst = max(abs(ms / found[NONE] - 1) for ms in found.values())
            print(f"{path:28} {clock:10} {said}; furthest {worst:.1%}", flush=True)


if __name__ == "__main__":
    main()
