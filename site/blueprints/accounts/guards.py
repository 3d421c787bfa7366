"""Refused forgeries: a page of their own, and a line in the log."""

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from communaute.blueprints.accounts import attempts
from communaute.domain import audit, clock
from communaute.extensions import db
from communaute.web.rendering import kept_nowhere
from communaute.web.security import forged_request


# How many refused forgeries are written down, from one address: the log must not be a target.
FORGERIES_NOTED = tuple(parse_many("10 per minute; 200 per day"))
MEASURE = FixedWindowRateLimiter(MemoryStorage())


def init_app(app: Flask) -> None:
    """A refused token has a page of its own."""
    app.register_error_handler(CSRFError, on_forged_form)
    forged_request.connect(note_forgery)


def on_forged_form(_error: CSRFError) -> Response:
    """A form without its token: expired, or sent by another site. Written down, with measure."""
    db.session.rollback()
    note_forgery()
    response = make_response(render_template("accounts/expired.html"), HTTPStatus.BAD_REQUEST)
    return kept_nowhere(response)


def note_forgery(*_: Any, **__: Any) -> None:  # noqa: ANN401
    """Write a refused forged request down, unless its author sends too many to be of use."""
    if not all(MEASURE.hit(limit, "forgery", attempts.network()) for limit in FORGERIES_NOTED):
        return
    actor = current_user.id if current_user.is_authenticated else None
    audit.record(
        db.session(), "forged-request-refused", now=clock.now(), actor=actor, target=request.path
    )
    db.session.commit()
