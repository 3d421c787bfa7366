"""Pages of structures: a refused form answers 422, with what is wrong beside its field."""

from http import HTTPStatus
from typing import Any

from flask import Response, make_response, render_template
from wtforms import Form

from communaute.blueprints.structures.forms import ButtonForm
from communaute.domain import clock
from communaute.domain.structures import practice
from communaute.extensions import db
from communaute.models.accounts import User


def page(
    template: str,
    user: User,
    *,
    refused: Form | None = None,
    **context: Any,  # noqa: ANN401
) -> Response:
    """The page for this person; `refused` is the form to correct."""
    state = practice.state(db.session(), user, clock.now()) if user.is_guest else None
    html = render_template(
        f"structures/{template}.html",
        refused=refused,
        practice=state,
        me=user,
        button=ButtonForm(),
        **context,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused is not None else HTTPStatus.OK
    return make_response(html, status)
