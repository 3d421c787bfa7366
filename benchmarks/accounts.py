"""Whether a form's time tells who has an account.

    .venv/bin/python -m benchmarks.accounts [--turns 200] [--form /compte/connexion]

Prints, for each public account form and four addresses (with an account, waiting to be confirmed,
locked by too many failures, with none), the median time: processor time of the process and wall
time, and how far the furthest is from the address with none. 5 % at most is what the project asks.
Each turn has new addresses, so that each is asked for the first time: the mail of an hour is among
what is timed. The four alternate in one run, each time in another order, so that a busy machine
slows all alike.
"""

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

from communaute import create_app
from communaute.domain import clock
from communaute.domain.accounts import passwords
from communaute.extensions import db
from communaute.models import User
from tests.accounts.people import PASSWORD, Person
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


def somebody(app, hashed, *, waiting=False):
    """Somebody with an account, without the time of opening one."""
    person = Person(app)
    with app.app_context():
        user = User(email=person.email, password=hashed, created_at=clock.now(), active=True)
        user.confirmed_at = None if waiting else clock.now()
        db.session.add(user)
        db.session.commit()
    return person


def locked(app, hashed):
    """Somebody on whose account a thief has failed, from the network that asks."""
    person = somebody(app, hashed)
    quick, passwords.hasher = passwords.hasher, passwords.PasswordHasher(1, 64, 1)
    for _ in range(5):
        wrong = {"courriel": person.email, "mot_de_passe": "un faux mot de passe"}
        person.raw("POST", "/compte/connexion", data={"csrf_token": person.token(), **wrong})
    passwords.hasher = quick
    return person


def sent(person, path):
    """The seconds one form takes, by each clock."""
    data = {"courriel": person.email, "csrf_token": person.token(path), **FORMS[path]}
    started = {name: read() for name, read in CLOCKS.items()}
    person.raw("POST", path, data=data)
    return {name: read() - started[name] for name, read in CLOCKS.items()}


def measure(app, path, turns):
    """Median milliseconds by clock and by kind of address."""
    with app.app_context():
        hashed = passwords.hashed(PASSWORD)
    times = {name: {} for name in CLOCKS}
    for turn in range(turns):
        kinds = {
            "account": somebody(app, hashed),
            "waiting": somebody(app, hashed, waiting=True),
            "locked": locked(app, hashed),
            NONE: Person(app),
        }
        order = list(kinds)
        random.Random(turn).shuffle(order)
        for kind in order:
            for name, seconds in sent(kinds[kind], path).items():
                times[name].setdefault(kind, []).append(seconds * 1e3)
    return {n: {k: statistics.median(v) for k, v in of.items()} for n, of in times.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--form", choices=FORMS, action="append")
    given = parser.parse_args()
    app = create_app(settings_for(Path(tempfile.mkdtemp())), TESTING=True)
    with app.app_context():
        db.create_all()
    for path in given.form or FORMS:
        for name, found in measure(app, path, given.turns).items():
            said = ", ".join(f"{kind} {ms:.1f} ms" for kind, ms in sorted(found.items()))
            worst = max(abs(ms / found[NONE] - 1) for ms in found.values())
            print(f"{path:28} {name:10} {said}; furthest {worst:.1%}", flush=True)


if __name__ == "__main__":
    main()
