"""The states of the sign-up tool: choose a training, the form, what came of it. Page or fragment."""

from http import HTTPStatus
from typing import Any

from flask import Response, abort, request, url_for

from communaute import current
from communaute.blueprints.trainings import catalogue, outcomes, words
from communaute.blueprints.trainings.desk import private
from communaute.blueprints.trainings.forms import SignUpForm
from communaute.domain import clock
from communaute.domain.trainings import listing
from communaute.domain.trainings.errors import PairUnknown
from communaute.domain.trainings.values import PairView
from communaute.editorial.pages import Training
from communaute.extensions import db, reading
from communaute.web.rendering import embedded_in_another, render, wants_fragment


def choose_page(status: HTTPStatus = HTTPStatus.OK, form: SignUpForm | None = None) -> Response:
    """The trainings to choose from, with their next date."""
    pairs = listing.pairs_to_come(db.session(), clock.now())
    nearest = {pair.training: pair for pair in reversed(pairs)}
    response = render(
        "trainings/choose.html",
        "tool",
        status=status,
        trainings=catalogue.trainings(),
        nearest=nearest,
        form=form,
        unknown=status is HTTPStatus.NOT_FOUND,
        **common(),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def form_page(page: Training, form: SignUpForm, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """The form of one training: its dates as rows, who you are, one button."""
    pairs = listing.pairs_to_come(db.session(), clock.now(), trainings=(page.slug,))
    response = render(
        "trainings/ask.html",
        "tool",
        status=status,
        page=page,
        pairs=pairs,
        form=form,
        **common(),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def outcome_page(template: str, state: str) -> Response:
    """What came of a sign-up; 404 for an address that is not one of ours."""
    outcome = outcomes.read(state) or abort(HTTPStatus.NOT_FOUND)
    try:
        pair = listing.pair_view(reading(db.session()), outcome.pair_id, clock.now())
    except PairUnknown:
        abort(HTTPStatus.NOT_FOUND)
    late = outcome.until is not None and outcome.until < clock.now()
    context = {"outcome": outcome, "pair": pair, "late": late, "free": free(pair), **common()}
    response = private(render(template, "tool", **context))
    if wants_fragment() and not embedded_in_another(url_for("trainings.sign_up")):
        response.headers["HX-Push-Url"] = request.path
    return response


def free(pair: PairView) -> list[PairView]:
    """The other dates of the same training that have places now."""
    others = listing.pairs_to_come(db.session(), clock.now(), trainings=(pair.training,))
    return [other for other in others if other.left and other.id != pair.id]


def common() -> dict[str, Any]:
    """What every state needs: the tool, words, and the level of its headings where it is shown."""
    embedded = embedded_in_another(url_for("trainings.sign_up"))
    tool = current.tools()["inscription"]
    return {"tool": tool, "words": words, "level": 3 if embedded else 2}
