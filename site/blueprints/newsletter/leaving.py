"""Leave from any mail: a GET shows a page with buttons, a POST leaves; so does a mail program's click.

The page says nothing of anybody: a letter may have been forwarded.
"""

from functools import partial
from http import HTTPStatus

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.acting import attempt
from communaute.blueprints.newsletter import bp
from communaute.domain.newsletter import leaving
from communaute.domain.newsletter.errors import BadLink
from communaute.extensions import csrf, limiter
from communaute.web.rendering import page_by_key
from communaute.web.security import is_one_click, refuse_cross_site
from communaute.wiring.letter_desk import context, reading_context


ADDRESS = "/outils/abonnement/quitter/<token>"
SAID = {"annuler": "remis", "lien": "lien"}


@bp.get(ADDRESS)
def leave(token: str) -> ResponseReturnValue:
    """One button that leaves, one that sends the link to the preferences to the mailbox itself."""
    here = reading_context()
    try:
        row = leaving.look(here, token)
    except BadLink as dead:
        return gone(dead)
    return page_by_key(
        "newsletter/leave.html",
        token=token,
        has_left=row.left_at is not None,
        has_link=row.confirmed_at is not None and row.left_at is None,
        can_undo=leaving.can_undo(here, row),
        said=next((word for word in ("fait", "remis", "lien") if word in request.args), ""),
    )


def gone(dead: BadLink) -> Response:
    """The link leads to nobody."""
    return page_by_key("newsletter/leave.html", HTTPStatus.NOT_FOUND, dead=str(dead))


@csrf.exempt
@bp.post(ADDRESS)
@limiter.limit("120 per minute; 2000 per hour")
def act(token: str) -> ResponseReturnValue:
    """Leave; or, from our own page, undo it, or ask for the link."""
    one_click = is_one_click()
    if not one_click:
        refuse_cross_site()
    asked = next((word for word in SAID if word in request.form and not one_click), "")
    how = "one-click" if one_click else "button"
    verbs = {
        "annuler": partial(leaving.undo, context(), token),
        "lien": partial(leaving.send_link, context(), token),
        "": partial(leaving.leave, context(), token, how),
    }
    try:
        attempt(verbs[asked])
    except BadLink as dead:
        return gone(dead)
    if one_click:  # RFC 8058, 3.1: no redirection, which mail programs' servers do not follow
        return page_by_key(
            "newsletter/leave.html", token=token, has_left=True, said="fait", can_undo=False
        )
    return redirect(
        url_for(".leave", token=token) + f"?{SAID.get(asked, 'fait')}=1", HTTPStatus.SEE_OTHER
    )
