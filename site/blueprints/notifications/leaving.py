"""Leave from a mail, without signing in: a GET shows a page, a POST leaves."""

from http import HTTPStatus

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.notifications import bp
from communaute.blueprints.notifications.forms import LeaveForm
from communaute.domain import clock
from communaute.domain.notifications import leaving, settings
from communaute.domain.structures.listing import followed
from communaute.extensions import csrf, db, limiter
from communaute.models.accounts import User
from communaute.web.rendering import page_by_key
from communaute.web.security import is_one_click, refuse_cross_site
from communaute.wiring import current


ADDRESS = "/outils/notifications/quitter/<token>"
TEMPLATE = "notifications/leave.html"


@bp.get(ADDRESS)
def leave(token: str) -> ResponseReturnValue:
    """What one would leave, to choose; once left, how to undo it."""
    try:
        user = leaving.who(db.session(), current.settings().secret_key, token)
    except settings.DeadLink as dead:
        return page_by_key(TEMPLATE, HTTPStatus.NOT_FOUND, dead=str(dead))
    return for_person(user, token)


def for_person(user: User, token: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """The page of a person whose link is good."""
    session = db.session()
    choices = settings.choices_of(session, user)
    form = LeaveForm(formdata=None, own=followed(session, user), choices=choices)
    return page_by_key(
        TEMPLATE,
        status,
        token=token,
        form=form,
        choices=choices,
        left="fait" in request.args,
        undone="remis" in request.args,
        can_undo=leaving.can_undo(session, user),
    )


@csrf.exempt
@bp.post(ADDRESS)
@limiter.limit("60 per minute; 600 per hour")
def act(token: str) -> ResponseReturnValue:
    """Leave what was chosen, or everything at one click; or undo it."""
    if not is_one_click():
        refuse_cross_site()
    session, now = db.session(), clock.now()
    try:
        user = leaving.who(session, current.settings().secret_key, token)
    except settings.DeadLink as dead:
        return page_by_key(TEMPLATE, HTTPStatus.NOT_FOUND, dead=str(dead))
    if "annuler" in request.form:
        leaving.undo(session, user, now)
    else:
        form = LeaveForm(own=followed(session, user), choices=settings.choices_of(session, user))
        if not (form.everything or form.topic or form.structure):
            return for_person(user, token, HTTPStatus.UNPROCESSABLE_ENTITY)
        leaving.leave(session, user, now, form.topic, form.structure)
    session.commit()
    said = "remis" if "annuler" in request.form else "fait"
    return redirect(url_for(".leave", token=token) + f"?{said}=1", HTTPStatus.SEE_OTHER)
