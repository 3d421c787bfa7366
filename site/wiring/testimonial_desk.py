"""What verbs of testimonials are given on this site: made once a request, a command or a task."""

from communaute.domain import clock
from communaute.domain.testimonials.desk import Desk
from communaute.extensions import db
from communaute.wiring import current


def desk() -> Desk:
    """The session, the moment, the site's address and secret."""
    settings = current.settings()
    return Desk(
        session=db.session(),
        now=clock.now(),
        today=clock.today(),
        base_url=settings.base_url,
        secret=settings.secret_key,
    )
