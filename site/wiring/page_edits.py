"""The days on which pages change, noted from what they say now."""

from hashlib import sha256

from communaute.domain import clock
from communaute.domain.opinions import readings
from communaute.extensions import db
from communaute.wiring import current


def note() -> int:
    """Note the pages that say something else than the last time; answers how many."""
    digests = {
        page.url: sha256(f"{page.title}\0{page.summary}\0{page.html}".encode()).hexdigest()[:32]
        for page in current.content().pages.values()
    }
    count = readings.note_edits(db.session(), digests, clock.today())
    db.session.commit()
    return count
