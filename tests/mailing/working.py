"""A worker process of its own, that a test may kill: `python -m tests.mailing.working`."""

import sys
from datetime import timedelta

from communaute import create_app
from communaute.config import Settings
from communaute.wiring import post_office


def main(folder: str, database: str, smtp: str, lease_seconds: float) -> None:
    """Send until nothing is due."""
    settings = Settings(
        instance_path=folder, secret_key="test", database_url=database, smtp_url=smtp
    ).completed()
    app = create_app(settings, TESTING=True)
    sender = post_office.sender(app, settings)
    sender.lease = timedelta(seconds=lease_seconds)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sender.run(timedelta(minutes=10))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]))
