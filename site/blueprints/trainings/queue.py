"""A training's waiting list as its organiser sees it, and the log that explains it."""

from http import HTTPStatus

from flask import abort
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.trainings import bp, catalogue, words
from communaute.blueprints.trainings.overview import HERE, organiser
from communaute.domain.trainings import overview
from communaute.domain.trainings.training_log import training_log
from communaute.extensions import db


@bp.get(f"{HERE}/attente/<slug>")
@organiser
def queue(slug: str) -> ResponseReturnValue:
    """Who waits, in order, and why each place went where it went."""
    found = catalogue.training(slug) or abort(HTTPStatus.NOT_FOUND)
    return page(
        "trainings/queue.html",
        title=found.title,
        people=overview.waiting_list(db.session(), slug),
        log=training_log(db.session(), slug),
        words=words,
    )
