"""Leave from a mail, without signing in: a GET shows a page with one button, a POST leaves."""

from http import HTTPStatus

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.messages import bp
from communaute.blueprints.messages.rendering import ADDRESS
from communaute.domain import clock
from communaute.domain.notifications import leaving, settings
from communaute.domain.notifications.topics import Topic
from communaute.extensions import csrf, db, limiter
from communaute.web.rendering import page_by_key
from communaute.web.security import is_one_click, refuse_cross_site
from communaute.wiring import current


TEMPLATE = "messages/leave.html"


@bp.get(f"{ADDRESS}/quitter/<token>")
def leave(token: str) -> ResponseReturnValue:
    """What one would leave, and its button; once left, how to undo it."""
    try:
        user = leaving.who(db.session(), current.settings().secret_key, token)
    except settings.DeadLink as dead:
        return page_by_key(TEMPLATE, HTTPStatus.NOT_FOUND, dead=str(dead))
    left = Topic.MESSAGE in settings.choices_of(db.session(), user).silenced
    return page_by_key(TEMPLATE, token=token, left=left, dead="")


@csrf.exempt
@bp.post(f"{ADDRESS}/quitter/<token>")
@limiter.limit("60 per minute; 600 per hour")
def leave_now(token: str) -> ResponseReturnValue:
    """No mail about messages any more; or again (`annuler`). RFC 8058's one click too."""
    if not is_one_click():
        refuse_cross_site()
    try:
        user = leaving.who(db.session(), current.settings().secret_key, token)
    except settings.DeadLink as dead:
        return page_by_key(TEMPLATE, HTTPStatus.NOT_FOUND, dead=str(dead))
    if "annuler" in request.form:
        leaving.undo(db.session(), user, clock.now())
    else:
        leaving.leave(db.session(), user, clock.now(), Topic.MESSAGE)
    db.session.commit()
    return redirect(url_for(".leave", token=token), HTTPStatus.SEE_OTHER)
