"""How long pages take while a mail server says nothing, beside the same pages with no mail at all.

    .venv/bin/python -m benchmarks.stalled_mail [--turns 101]

Two sites alternate in one run: one with nothing to send, one whose worker process is held by a
server that never answers, with mails waiting. Prints the medians and 95th percentiles (wall, ms).
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from communaute import create_app
from communaute.extensions import db
from tests.accounts.people import Person
from tests.conftest import ROOT, settings_for
from tests.mailing.scripted import STALL, Script, scripted


WAITING = 50


def site(smtp: str = ""):
    """A site of its own, and its settings."""
    settings = settings_for(Path(tempfile.mkdtemp(prefix="bench-stall-")), smtp_url=smtp)
    app = create_app(settings, TESTING=True)
    with app.app_context():
        db.create_all()
    return app, settings


def sign_up(app, path):
    person = Person(app)
    token = person.token(path)
    data = {"csrf_token": token, "courriel": person.email, "mot_de_passe": person.password}
    return lambda: person.raw("POST", path, data=data)


PAGES = {
    "the home page": lambda app: lambda: app.test_client().get("/"),
    "the sign-in page": lambda app: lambda: app.test_client().get("/compte/connexion"),
    "a sign-up": lambda app: sign_up(app, "/compte/inscription"),
}


def milliseconds(act):
    started = time.perf_counter()
    answer = act()
    assert answer.status_code < 400
    return (time.perf_counter() - started) * 1e3


def measure(quiet, held, turns):
    for name, prepare in PAGES.items():
        times = {"quiet": [], "held": []}
        for _ in range(turns):
            for which, app in (("quiet", quiet), ("held", held)):
                times[which].append(milliseconds(prepare(app)))
        (a, a95), (b, b95) = (
            (statistics.median(t), statistics.quantiles(t, n=20)[-1]) for t in times.values()
        )
        print(
            f"{name}: {a:.1f} ms (p95 {a95:.1f}) with no mail, {b:.1f} ms (p95 {b95:.1f}) while the"
            f" server stalls, ratio {b / a:.3f}"
        )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=101)
    given = parser.parse_args()
    script = Script({"rcpt": STALL})
    with scripted(script) as address:
        (quiet, _), (held, settings) = site(), site(address)
        for _ in range(WAITING):
            sign_up(held, "/compte/inscription")()
        command = [sys.executable, "-m", "tests.mailing.working", settings.instance_path]
        worker = subprocess.Popen(
            [*command, settings.database_url, address, "900"], cwd=ROOT, stdout=subprocess.DEVNULL
        )
        script.stalled.wait()
        measure(quiet, held, given.turns)
        worker.kill()
        worker.wait()


if __name__ == "__main__":
    main()
