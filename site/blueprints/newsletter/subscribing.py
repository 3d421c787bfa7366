"""Subscribe: an anonymous form; the answer is the same whoever is known."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import RequestLimit

from communaute.blueprints.acting import attempt
from communaute.blueprints.newsletter import bp
from communaute.blueprints.newsletter.forms import SubscribeForm
from communaute.blueprints.newsletter.rendering import page, tool
from communaute.domain.addresses import person_key
from communaute.domain.newsletter import subscribing
from communaute.domain.newsletter.errors import BadLink, PastLink
from communaute.domain.newsletter.subscribing import CONSENT
from communaute.extensions import limiter
from communaute.web.rendering import wants_fragment
from communaute.web.security import refuse_cross_site
from communaute.wiring.letter_desk import context, reading_context


ADDRESS = "/outils/abonnement"
CONFIRM = f"{ADDRESS}/confirmer/<token>"
TOO_MANY = (
    "Cette adresse a servi plusieurs fois en peu de temps. Attendez une minute, puis recommencez : "
    "ce que vous avez saisi est gardé ci-dessous."
)
LONGEST_PAGE = 200


@bp.get(ADDRESS)
def subscribe() -> ResponseReturnValue:
    """The form."""
    return shown(SubscribeForm(page=request.args.get("page", "")[:LONGEST_PAGE]))


def shown(form: SubscribeForm, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """The form, in its page or in another's."""
    return tool("subscribe", status, form=form, consent=CONSENT)


@bp.post(ADDRESS)
@limiter.limit("120 per minute; 1000 per hour")
@limiter.limit(
    "5 per minute; 20 per day",
    key_func=lambda: f"newsletter {person_key(request.form.get('courriel', '').strip())}",
    deduct_when=lambda response: response.status_code == HTTPStatus.SEE_OTHER,
    on_breach=lambda limit: too_many(limit),
)
def receive() -> ResponseReturnValue:
    """Ask for the mail that confirms; 422 with what is wrong."""
    refuse_cross_site()
    form = SubscribeForm(request.form)
    form.page.data = form.page.data or path_of(request.referrer)
    if attempt(lambda: subscribing.subscribe(context(), form.asked()), form) is None:
        return shown(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(url_for(".asked"), HTTPStatus.SEE_OTHER)


def path_of(referrer: str | None) -> str:
    """The page of ours that a form was on; what follows « ? » may say something of somebody."""
    try:
        return urlsplit(referrer or "").path[:LONGEST_PAGE]
    except ValueError:  # written by hand
        return ""


def too_many(_limit: RequestLimit) -> Response:
    """The form again: nothing typed is lost, and the delay is said."""
    form = SubscribeForm(request.form)
    form.form_errors = [TOO_MANY]
    return shown(form, HTTPStatus.TOO_MANY_REQUESTS)


@bp.get(f"{ADDRESS}/demande")
def asked() -> ResponseReturnValue:
    """What to do now: the same page for everybody."""
    response = tool("asked")
    if wants_fragment():
        response.headers["HX-Push-Url"] = "false"
    return response


@bp.get(CONFIRM)
def to_confirm(token: str) -> ResponseReturnValue:
    """A page with one button: a mail scanner that opens it confirms nothing."""
    try:
        return page("confirm", token=token, found=subscribing.look(reading_context(), token))
    except (BadLink, PastLink) as dead:
        return page("confirm", HTTPStatus.NOT_FOUND, dead=str(dead))


@bp.post(CONFIRM)
@limiter.limit("60 per minute; 600 per hour")
def confirm(token: str) -> ResponseReturnValue:
    """Subscribe."""
    refuse_cross_site()
    here = context()
    try:
        found = subscribing.confirm(here, token)
    except (BadLink, PastLink) as dead:
        here.session.rollback()
        return page("confirm", HTTPStatus.NOT_FOUND, dead=str(dead))
    here.session.commit()
    return page("confirm", token=token, found=found, now_done=True)
