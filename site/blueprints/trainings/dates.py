"""The dates to come with seats left: what changes from one minute to the next."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from communaute.blueprints.trainings import bp, catalogue, words
from communaute.blueprints.trainings.filters import Filters
from communaute.domain import clock
from communaute.domain.trainings.listing import pairs_to_come
from communaute.domain.trainings.values import PairView
from communaute.extensions import db, reading
from communaute.web.rendering import render


# How many the home page shows.
NEXT = 3
# Seats may be a few seconds old for who reads; nobody signs up from a cache.
FRESH = "public, max-age=5"


@bp.get("/formations/seances")
def dates() -> ResponseReturnValue:
    """Every pair to come, narrowed as the list of trainings is; without a script a page of its own."""
    filters = Filters.of(request.args)
    pairs = to_come(filters)
    response = render(
        "trainings/dates.html",
        "dates",
        pairs=pairs,
        filters=filters,
        catalogue=catalogue,
        words=words,
    )
    return fresh(response)


@bp.get("/formations/prochaines")
def soon() -> ResponseReturnValue:
    """The next pairs, for the home page."""
    pairs = to_come(Filters())
    open_first = sorted(pairs, key=lambda pair: (pair.full, pair.starts_at))[:NEXT]
    shown = sorted(open_first, key=lambda pair: pair.starts_at)
    return fresh(render("trainings/soon.html", "soon", pairs=shown, words=words))


def to_come(filters: Filters) -> tuple[PairView, ...]:
    """The pairs that the filters keep; the trainings whose page is gone are nobody's."""
    session = reading(db.session())
    slugs = tuple(page.slug for page in filters.pages())
    return pairs_to_come(session, clock.now(), trainings=slugs, month=filters.month)


def fresh(response: Response) -> Response:
    """Kept a few seconds: a date shared by mail is opened by many at once."""
    response.headers["Cache-Control"] = FRESH
    return response
