"""Whether a form's time tells who has an account.

    .venv/bin/python -m benchmarks.accounts

Prints, for each public account form, the median time for an address that has an account, for one
that has none, and their ratio: 1 within 5 % is what the project asks. The two alternate in one run.
"""

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
TURNS = 61


def forget_attempts() -> None:
    """Lockout would answer for the form after a few turns."""
    db.session.execute(delete(FailedAttempt))
    db.session.commit()


def measure(known: Person, path: str) -> dict[bool, float]:
    """Median seconds, with an account and without."""
    times: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(TURNS):
        for exists in (True, False):
            person = Person(known.app)
            email = known.email if exists else person.email
            data = {"courriel": email, "csrf_token": person.token(path), **FORMS[path]}
            started = time.perf_counter()
            person.raw("POST", path, data=data)
            times[exists].append(time.perf_counter() - started)
        if turn % 4 == 0:
            with known.app.app_context():
                forget_attempts()
    return {exists: statistics.median(values) for exists, values in times.items()}


def main() -> None:
    app = create_app(settings_for(Path(tempfile.mkdtemp())), TESTING=True)
    with app.app_context():
        db.create_all()
    known = Person(app).with_account()
    for path in FORMS:
        found = measure(known, path)
        ratio = found[True] / found[False]
        print(f"{path:30} {found[True] * 1e3:7.1f} ms  {found[False] * 1e3:7.1f} ms  {ratio:.3f}")


if __name__ == "__main__":
    main()
