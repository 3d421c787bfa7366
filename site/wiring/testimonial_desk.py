"""What verbs of testimonials are given on this site: made once a request, a command or a task."""

from communaute.domain.testimonials.context import Context
from communaute.wiring import current


def context() -> Context:
    """The session, the moment, the site's address and secret."""
    return Context(**vars(current.context()))
