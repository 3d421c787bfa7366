"""Leave from a mail, without signing in: a GET shows a page with one button, a POST leaves."""

from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.messages import bp
from communaute.blueprints.messages.rendering import ADDRESS
from communaute.blueprints.notifications.leaving import ONE_CLICK
from communaute.domain import clock
from communaute.domain.notifications import leaving, settings
from communaute.domain.notifications.settings import DeadLink
from communaute.domain.notifications.topics import Topic
from communaute.extensions import csrf, db, limiter
from communaute.web.security import refuse_cross_site
from communaute.wiring import current


@bp.get(f"{ADDRESS}/quitter/<token>")
def leave(token: str) -> ResponseReturnValue:
    """What one would leave, and its button; once left, how to undo it."""
    try:
        user = leaving.who(db.session(), current.settings().secret_key, token)
    except DeadLink as dead:
        return shown(HTTPStatus.NOT_FOUND, dead=str(dead))
    left = Topic.MESSAGE in settings.choices_of(db.session(), user).silenced
    return shown(HTTPStatus.OK, token=token, left=left, dead="")


@csrf.exempt
@bp.post(f"{ADDRESS}/quitter/<token>")
@limiter.limit("60 per minute; 600 per hour")
def leave_now(token: str) -> ResponseReturnValue:
    """No mail about messages any more; or again (`annuler`). RFC 8058's one click too."""
    if request.form.get(ONE_CLICK[0]) != ONE_CLICK[1]:
        refuse_cross_site()
    try:
        user = leaving.who(db.session(), current.settings().secret_key, token)
    except DeadLink as dead:
        return shown(HTTPStatus.NOT_FOUND, dead=str(dead))
    if "annuler" in request.form:
        leaving.undo(db.session(), user, clock.now())
    else:
        leaving.leave(db.session(), user, clock.now(), Topic.MESSAGE)
    db.session.commit()
    return redirect(url_for(".leave", token=token), HTTPStatus.SEE_OTHER)


def shown(status: HTTPStatus, **context: object) -> Response:
    """The page; its address is a key: no cache keeps it, no other site is told of it."""
    response = make_response(render_template("messages/leave.html", **context), status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
