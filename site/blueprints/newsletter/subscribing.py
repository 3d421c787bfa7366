"""Subscribe: an anonymous form; the answer is the same whoever is known."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import RequestLimit
from wtforms import EmailField, Form, HiddenField, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired

from communaute.blueprints.acting import attempt
from communaute.blueprints.newsletter import bp
from communaute.domain.addresses import person_key
from communaute.domain.newsletter import subscribing
from communaute.domain.newsletter.errors import BadLink, PastLink
from communaute.domain.newsletter.subscribers import RHYTHMS, THEMES
from communaute.domain.newsletter.subscribing import CONSENT, Request
from communaute.extensions import limiter
from communaute.models.newsletter import Rhythm
from communaute.web.rendering import (
    embedded_in_another,
    kept_nowhere,
    page_by_key,
    render,
    wants_fragment,
)
from communaute.web.security import refuse_cross_site
from communaute.wiring import current
from communaute.wiring.letter_desk import context, reading_context


ADDRESS = "/outils/abonnement"
CONFIRM = f"{ADDRESS}/confirmer/<token>"
TOO_MANY = (
    "Cette adresse a servi plusieurs fois en peu de temps. Attendez une minute, puis recommencez : "
    "ce que vous avez saisi est gardé ci-dessous."
)
LONGEST_PAGE = 200


class SubscribeForm(Form):
    """A request for a subscription. `site_web` is the field that people do not see."""

    courriel = EmailField("Adresse électronique", [InputRequired()])
    themes = SelectMultipleField(
        "Ce qui vous intéresse", choices=list(THEMES.items()), validate_choice=False
    )
    rythme = RadioField(
        "À quel rythme",
        choices=[(rhythm.value, label) for rhythm, label in RHYTHMS.items()],
        default=Rhythm.MONTHLY.value,
        validate_choice=False,
    )
    page = HiddenField()
    site_web = StringField("Ne remplissez pas ce champ")

    def asked(self) -> Request:
        """What was typed, as the domain takes it."""
        return Request(
            address=self.courriel.data or "",
            themes=tuple(self.themes.data or ()),
            rhythm=self.rythme.data or Rhythm.MONTHLY,
            page=self.page.data or "",
            trap=self.site_web.data or "",
        )


@bp.get(ADDRESS)
def subscribe() -> ResponseReturnValue:
    """The form."""
    return shown(SubscribeForm(page=request.args.get("page", "")[:LONGEST_PAGE]))


def tool(template: str, status: HTTPStatus = HTTPStatus.OK, **context: object) -> Response:
    """One state of the tool, page or fragment; the level of its headings is that of the page."""
    embedded = embedded_in_another(url_for("newsletter.subscribe"))
    response = render(
        f"newsletter/{template}.html",
        "tool",
        status=status,
        tool=current.tools()["abonnement"],
        level=3 if embedded else 2,
        **context,
    )
    return kept_nowhere(response)


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
        return page_by_key(
            "newsletter/confirm.html", token=token, found=subscribing.look(reading_context(), token)
        )
    except (BadLink, PastLink) as dead:
        return page_by_key("newsletter/confirm.html", HTTPStatus.NOT_FOUND, dead=str(dead))


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
        return page_by_key("newsletter/confirm.html", HTTPStatus.NOT_FOUND, dead=str(dead))
    here.session.commit()
    return page_by_key("newsletter/confirm.html", token=token, found=found, now_done=True)
