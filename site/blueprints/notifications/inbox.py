"""`/compte/notifications`: what happened, unread first; and the private feed of it."""

import secrets
from functools import partial
from http import HTTPStatus
from typing import TypedDict

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import me, signed_in
from communaute.blueprints.acting import attempt
from communaute.blueprints.notifications import bp
from communaute.blueprints.notifications.forms import ButtonForm
from communaute.domain import clock
from communaute.domain.notifications import inbox, settings
from communaute.domain.notifications.digest import told_line
from communaute.domain.structures.listing import followed
from communaute.extensions import db, limiter
from communaute.web.addresses import row_number
from communaute.web.rendering import kept_nowhere


ADDRESS = "/compte/notifications"


class Asked(TypedDict):
    """What the address asks of the list."""

    unread_only: bool
    structure: int
    page: int


@bp.get(ADDRESS)
@signed_in
def own() -> ResponseReturnValue:
    """The list; the filters are in the address."""
    session, user = db.session(), me()
    asked = Asked(
        unread_only=request.args.get("lu") == "non",
        structure=row_number(request.args.get("structure", type=int)),
        page=row_number(request.args.get("page", type=int)) or 1,
    )
    row = settings.row_of(session, user)
    return render_template(
        "notifications/inbox.html",
        found=inbox.read(session, user, **asked),
        asked=asked,
        structures=followed(session, user),
        feed=row.feed_key if row else None,
        form=ButtonForm(),
    )


@bp.post(f"{ADDRESS}/lu")
@limiter.limit("60 per minute; 600 per hour")
@signed_in
def mark() -> ResponseReturnValue:
    """« Tout marquer comme lu », or undo it."""
    undone = "annuler" in request.form
    verb = inbox.undo_read if undone else inbox.mark_all_read
    attempt(partial(verb, db.session(), me()))
    flash("C’est remis comme avant." if undone else "Tout est marqué comme lu.", "success")
    return redirect(url_for(".own"), HTTPStatus.SEE_OTHER)


@bp.post(f"{ADDRESS}/flux")
@limiter.limit("20 per minute; 100 per hour")
@signed_in
def renew_feed() -> ResponseReturnValue:
    """Open the feed, or give it another address."""
    attempt(partial(inbox.new_feed, db.session(), me(), secrets.token_urlsafe(32)))
    flash("Voici l’adresse de votre flux. L’ancienne ne s’ouvre plus.", "success")
    return redirect(url_for(".own") + "#flux", HTTPStatus.SEE_OTHER)


@bp.get("/outils/notifications/flux/<key>.atom")
def feed(key: str) -> Response:
    """The feed, for whoever has its private address."""
    user = inbox.owner_of_feed(db.session(), key) or abort(HTTPStatus.NOT_FOUND)
    events = inbox.latest(db.session(), user)
    xml = render_template(
        "notifications/feed.xml",
        key=key,
        entries=[(one, told_line(one)) for one in events],
        updated=events[0].at if events else clock.now(),
    )
    response = make_response(xml)
    response.mimetype = "application/atom+xml"
    response.headers["X-Robots-Tag"] = "noindex"
    return kept_nowhere(response)
