"""What verbs of notifications are given on this site: for the command and for the periodic task."""

from communaute.domain import clock
from communaute.domain.notifications import sending
from communaute.extensions import db
from communaute.wiring import current


def send_due() -> dict[str, int]:
    """Post the digests that are due; answers a count of each outcome."""
    settings = current.settings()
    here = sending.Context(db.session(), clock.now(), settings.base_url, settings.secret_key)
    return sending.send_due(here)
