"""« Ce courriel vient-il de vous ? »: the code at the foot of each mail, typed here."""

from http import HTTPStatus

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from communaute.blueprints.notifications import bp
from communaute.blueprints.notifications.forms import CodeForm
from communaute.extensions import db, limiter
from communaute.mailing import outbox


LISTS = {
    "notifications": "Récapitulatif d’activités",
    "newsletter": "Newsletter",
    "suivi": "Page ou formation suivie",
}


@bp.get("/courriel")
@limiter.limit("30 per minute; 300 per hour")
def is_it_ours() -> ResponseReturnValue:
    """The form; with `code`, the mail it was printed on, never whom it was sent to."""
    if "code" not in request.args:
        return shown(CodeForm(formdata=None))
    form = CodeForm(request.args)
    if not form.validate():
        return shown(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    found = outbox.with_code(db.session(), form.code.data or "")
    if found is None:
        return shown(form, HTTPStatus.NOT_FOUND, unknown=True)
    return shown(form, found=found, kind=LISTS.get(found.list_name or "", "Message du site"))


def shown(form: CodeForm, status: HTTPStatus = HTTPStatus.OK, **context: object) -> Response:
    """The page; what it says of a code is kept by no cache."""
    response = make_response(
        render_template("notifications/code.html", form=form, **context), status
    )
    if "code" in request.args:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    return response
