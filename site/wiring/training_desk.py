"""What verbs of trainings are given on this site: made once a request, a command or a task."""

from communaute.domain import clock
from communaute.domain.trainings.context import Context, Desk
from communaute.extensions import db, reading
from communaute.wiring import current


def desk() -> Desk:
    """The site's address and secret, and who writes its mails."""
    settings = current.settings()
    return Desk(base_url=settings.base_url, secret=settings.secret_key, sender=settings.mail_from)


def context(actor: int | None = None) -> Context:
    """The session, the moment, the desk; `actor` is the account of the organiser who acts."""
    return Context(session=db.session(), desk=desk(), now=clock.now(), actor=actor)


def reading_context() -> Context:
    """The same for whoever only reads, and so waits for nobody."""
    return Context(session=reading(db.session()), desk=desk(), now=clock.now())
