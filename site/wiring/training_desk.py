"""What verbs of trainings are given on this site: made once a request, a command or a task."""

from communaute.domain.trainings.context import Context
from communaute.extensions import db, reading
from communaute.wiring import current


def context(actor: int | None = None) -> Context:
    """The session, the moment, the site; `actor` is the account of the organiser who acts."""
    return Context(**vars(current.context()), sender=current.settings().mail_from, actor=actor)


def reading_context() -> Context:
    """The same for whoever only reads, and so waits for nobody."""
    reading(db.session())
    return context()
