"""How many status changes a second `intake load` takes: `python -m benchmarks.intake [DATABASE_URL]`.

50,000 status changes of 10,000 invoices between 100 structures, written in no order, in one run of the
command (asked: at least 2,000 a second on SQLite); then the same file again, which changes nothing.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from communaute import create_app
from communaute.extensions import db
from tests.conftest import settings_for
from tests.structures.worlds import NOW, siret


STRUCTURES, INVOICES = 100, 10_000
STEPS = (
    "EN_COURS_ACHEMINEMENT",
    "MISE_A_DISPOSITION",
    "SERVICE_FAIT",
    "MANDATEE",
    "MISE_EN_PAIEMENT",
)
BOUND = 2_000


def main() -> int:
    folder = Path(tempfile.mkdtemp())
    given = {"database_url": sys.argv[1]} if len(sys.argv) > 1 else {}
    settings = settings_for(folder, **given)
    app = create_app(settings)
    with app.app_context():
        db.create_all()
        db.engine.dispose()
    ground, changes = written(folder)
    count = INVOICES * len(STEPS)
    first, _ = loaded(settings, ground)
    wall, processor = loaded(settings, changes)
    again, _ = loaded(settings, changes)
    rate = count / wall
    print(f"{STRUCTURES + INVOICES} structures and invoices: {first:.1f} s")
    print(
        f"{count} status changes: {rate:.0f} a second of clock (bound {BOUND}), "
        f"{count / processor:.0f} a second of processor"
    )
    print(f"the same again: {count / again:.0f} a second")
    return int(rate < BOUND)


def loaded(settings, file):
    """Seconds the command takes, of clock and of processor, its start included."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "INSTANCE_PATH": settings.instance_path,
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": "bench",
    }
    command = [str(Path(sys.executable).with_name("flask")), "--app", "communaute"]
    started, before = time.perf_counter(), spent()
    done = subprocess.run(
        [*command, "intake", "load", str(file)],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    print(done.stdout.strip())
    return time.perf_counter() - started, spent() - before


def spent():
    """Processor seconds of the processes started here and ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def written(folder):
    numbers = [siret(100 + place).digits for place in range(STRUCTURES)]
    at = (NOW - timedelta(days=90)).isoformat()
    ground = [
        {
            "id": f"s{place}",
            "type": "structure",
            "at": at,
            "siret": number,
            "name": f"Structure {place}",
            "nature": "public" if place % 2 else "private",
        }
        for place, number in enumerate(numbers)
    ]
    changes = []
    for place in range(INVOICES):
        sender, recipient = numbers[place % STRUCTURES], numbers[(place + 1) % STRUCTURES]
        ground.append(
            {
                "id": f"i{place}",
                "type": "invoice",
                "at": at,
                "number": f"F{place}",
                "sender": sender,
                "recipient": recipient,
                "amount": "120.50",
                "issued_on": "2026-08-01",
            }
        )
        for step, status in enumerate(STEPS, 1):
            changes.append(
                {
                    "id": f"t{place}-{step}",
                    "type": "status",
                    "at": (NOW - timedelta(days=90 - step * 9)).isoformat(),
                    "number": f"F{place}",
                    "sender": sender,
                    "status": status,
                }
            )
    random.Random(7).shuffle(changes)
    return saved(folder / "ground.jsonl", ground), saved(folder / "changes.jsonl", changes)


def saved(file, events):
    file.write_text("".join(json.dumps(one) + "\n" for one in events), encoding="utf-8")
    return file


if __name__ == "__main__":
    sys.exit(main())
