"""Pages of accounts: a form with errors answers 422, too many attempts 429."""

from http import HTTPStatus

from flask import Response, make_response, render_template, request
from flask_login import current_user
from wtforms import Form

from communaute.blueprints.accounts import bp


def page(template: str, **context: object) -> Response:
    """The page; its status says what became of the form."""
    form = refused_form(context)
    response = make_response(render_template(template, refused=form, **context))
    if form is not None:
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        too_many = getattr(form, "too_many", None)
        if too_many is not None:
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            response.headers["Retry-After"] = str(int(too_many.wait.total_seconds()) + 1)
    return response


def refused_form(context: dict[str, object]) -> Form | None:
    """The form that has errors, if this answers one."""
    if request.method != "POST":
        return None
    found = (each for each in context.values() if isinstance(each, Form) and each.errors)
    return next(found, None)


@bp.app_template_global()
def somebody_is_signed_in() -> bool:
    """Whether a page of one's own space has somebody to sign out; public pages never ask."""
    return bool(current_user.is_authenticated)
