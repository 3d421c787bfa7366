"""Where the verbs of trainings stand in this installation, and what an answer about a person carries."""

from flask import Response

from communaute import current
from communaute.domain.trainings.links import Desk
from communaute.training_desk import training_desk


def desk() -> Desk:
    """The site's address and secret, as verbs need them."""
    return training_desk(current.settings())


def private(response: Response) -> Response:
    """No cache keeps it, no search engine lists it, no other site learns its address."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
