"""Mails that one asks about: « Je ne reçois rien » and its test mail; « Ce courriel vient-il de vous ? »."""

from functools import partial
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import me, signed_in
from communaute.blueprints.acting import attempt
from communaute.blueprints.notifications import bp
from communaute.blueprints.notifications.forms import ButtonForm, CodeForm
from communaute.domain import clock
from communaute.domain.notifications import diagnosis
from communaute.extensions import db, limiter
from communaute.mailing import outbox
from communaute.models.mailing import DeliveryState
from communaute.web.rendering import kept_nowhere
from communaute.wiring import current


ADDRESS = "/compte/notifications/je-ne-recois-rien"
STATES = {
    DeliveryState.WAITING: "attend de partir, ou d’être renvoyé",
    DeliveryState.SENDING: "est en train de partir",
    DeliveryState.SENT: "est parti : le serveur de votre boîte l’a pris",
    DeliveryState.FAILED: "n’est pas passé",
    DeliveryState.UNCERTAIN: "est peut-être arrivé : la liaison a été coupée",
    DeliveryState.WITHDRAWN: "n’a pas été envoyé",
}
# What the code at the foot of a mail says of it.
LISTS = {
    "notifications": "Récapitulatif d’activités",
    "newsletter": "Newsletter",
    "suivi": "Page ou formation suivie",
}


@bp.get(ADDRESS)
@signed_in
def nothing_received() -> ResponseReturnValue:
    """What explains it."""
    found = diagnosis.diagnose(db.session(), me(), clock.now())
    form = ButtonForm()
    return render_template(
        "notifications/nothing.html", found=found, states=STATES, person=me(), form=form
    )


@bp.post(ADDRESS)
@limiter.limit("10 per hour; 30 per day")
@signed_in
def send_trial() -> ResponseReturnValue:
    """Send a test mail; the page that follows says what becomes of it."""
    link = current.settings().base_url + ADDRESS
    attempt(partial(diagnosis.send_trial, db.session(), me(), link=link, now=clock.now()))
    return redirect(url_for(".nothing_received") + "#essai", HTTPStatus.SEE_OTHER)


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
        kept_nowhere(response).headers["X-Robots-Tag"] = "noindex"
    return response
