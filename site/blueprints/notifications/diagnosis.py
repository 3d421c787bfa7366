"""« Je ne reçois rien »: the cause in a sentence, the last mails, a test mail and what became of it."""

from functools import partial
from http import HTTPStatus

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import me, signed_in
from communaute.blueprints.acting import attempt
from communaute.blueprints.notifications import bp
from communaute.blueprints.notifications.forms import ButtonForm
from communaute.domain import clock
from communaute.domain.notifications import diagnosis
from communaute.extensions import db, limiter
from communaute.models.mailing import DeliveryState
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
