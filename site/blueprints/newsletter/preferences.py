"""One's preferences, by the link that was mailed alone: choices, address, leave, take away, erase."""

import json
from collections.abc import Callable
from functools import partial, wraps
from http import HTTPStatus
from typing import ParamSpec

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import EmailField, Form, RadioField, SelectMultipleField
from wtforms.validators import InputRequired

from communaute.blueprints.acting import attempt
from communaute.blueprints.newsletter import bp
from communaute.domain.newsletter import leaving, preferences
from communaute.domain.newsletter.errors import BadLink, PastLink
from communaute.domain.newsletter.preferences import STEPS
from communaute.domain.newsletter.subscribers import RHYTHMS, THEMES, in_words, unpacked
from communaute.extensions import limiter
from communaute.models.newsletter import Subscriber
from communaute.web.fields import DayField
from communaute.web.pdf import render_pdf, style
from communaute.web.rendering import attached, page_by_key, private
from communaute.web.security import refuse_cross_site
from communaute.wiring import current
from communaute.wiring.letter_desk import context, reading_context


ADDRESS = "/outils/abonnement/preferences/<token>"
MOVE = "/outils/abonnement/adresse/<path:token>"
# What each form of the page does, and the word that the next page says it by.
SAID = {
    "choix": "garde",
    "adresse": "adresse",
    "partir": "parti",
    "annuler": "remis",
}
P = ParamSpec("P")


class ChoicesForm(Form):
    """Themes, rhythm, and until when one is not written to."""

    themes = SelectMultipleField(
        "Ce qui vous intéresse", choices=list(THEMES.items()), validate_choice=False
    )
    rythme = RadioField(
        "À quel rythme",
        choices=[(rhythm.value, label) for rhythm, label in RHYTHMS.items()],
        validate_choice=False,
    )
    pause = DayField("Ne rien recevoir avant le")


class AddressForm(Form):
    """Another address."""

    courriel = EmailField("Nouvelle adresse électronique", [InputRequired()])


def with_dead_links(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """A link that opens nothing (any more) is a page that says so, and how to get another."""

    @wraps(view)
    def asked(*arguments: P.args, **named: P.kwargs) -> ResponseReturnValue:
        try:
            return view(*arguments, **named)
        except (BadLink, PastLink) as dead:
            return page_by_key("newsletter/preferences.html", HTTPStatus.NOT_FOUND, dead=str(dead))

    return asked


@bp.get(ADDRESS)
@with_dead_links
def choices(token: str) -> ResponseReturnValue:
    """Everything one may see and change."""
    return shown(token, preferences.look(reading_context(), token))


def shown(
    token: str,
    row: Subscriber,
    wrong: Form | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """The page, with the form that was refused as it was filled."""
    here = context()
    form = wrong if isinstance(wrong, ChoicesForm) else ChoicesForm(data=chosen(row))
    return page_by_key(
        "newsletter/preferences.html",
        status,
        token=token,
        row=row,
        form=form,
        address=wrong if isinstance(wrong, AddressForm) else AddressForm(),
        blamed=wrong,
        steps=preferences.steps_of(here.session, row),
        names=STEPS,
        can_undo=leaving.can_undo(here, row),
        erasing="effacer" in request.args,
        said=next((word for word in SAID.values() if word in request.args), ""),
    )


def chosen(row: Subscriber) -> dict[str, object]:
    """What the form shows of a row."""
    return {
        "themes": list(unpacked(row.themes)),
        "rythme": row.rhythm,
        "pause": row.paused_until,
    }


@bp.post(ADDRESS)
@limiter.limit("60 per minute; 300 per hour")
@with_dead_links
def keep(token: str) -> ResponseReturnValue:
    """Carry out one of the page's forms."""
    refuse_cross_site()
    asked = request.form.get("acte", "")
    if asked == "effacer":
        return erase(token)
    form: Form = AddressForm(request.form) if asked == "adresse" else ChoicesForm(request.form)
    if asked in ("adresse", "choix") and not form.validate():
        return again(token, form)
    if attempt(verb_of(asked, token, form), form) is None:
        return again(token, form)
    said = SAID.get(asked, "garde")
    return redirect(url_for(".choices", token=token) + f"?{said}=1", HTTPStatus.SEE_OTHER)


def verb_of(asked: str, token: str, form: Form) -> Callable[[], object]:
    """The verb that a form calls."""
    if asked == "adresse":
        return partial(preferences.ask_to_move, context(), token, form["courriel"].data or "")
    if asked == "partir":
        return partial(preferences.leave, context(), token)
    if asked == "annuler":
        return partial(preferences.undo, context(), token)
    themes, rhythm = tuple(form["themes"].data or ()), form["rythme"].data or ""
    return partial(preferences.change, context(), token, themes, rhythm, form["pause"].data)


def again(token: str, form: Form) -> Response:
    """The page with what is wrong."""
    row = preferences.look(context(), token)
    return shown(token, row, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def erase(token: str) -> ResponseReturnValue:
    """Erase everything; there is no page to come back to."""
    attempt(partial(preferences.erase, context(), token))
    return page_by_key("newsletter/erased.html")


@bp.get(f"{ADDRESS}/preuve.pdf")
@with_dead_links
def proof(token: str) -> ResponseReturnValue:
    """What proves the consent: each step, its date, its page, the words that were read."""
    here = reading_context()
    row = preferences.look(here, token)
    html = render_template(
        "newsletter/proof.html",
        row=row,
        steps=preferences.steps_of(here.session, row),
        names=STEPS,
        rhythms=RHYTHMS,
        in_words=in_words,
        now=here.now,
        site=current.settings(),
    )
    pdf = render_pdf(html, style("attestation.css"))
    return private(attached(pdf, "application/pdf", "preuve-abonnement.pdf"), "no-referrer")


@bp.get(f"{ADDRESS}/donnees.json")
@with_dead_links
def data(token: str) -> ResponseReturnValue:
    """All that is kept, for a program."""
    here = reading_context()
    found = preferences.data_of(here.session, preferences.look(here, token))
    written = json.dumps(found, ensure_ascii=False, indent=1).encode()
    return private(attached(written, "application/json", "abonnement.json"), "no-referrer")


@bp.get(MOVE)
@with_dead_links
def to_move(token: str) -> ResponseReturnValue:
    """A page with one button: the newsletter comes to this address from then on."""
    row, address = preferences.look_at_move(reading_context(), token)
    return page_by_key(
        "newsletter/move.html", token=token, address=address, done=row.new_address != address
    )


@bp.post(MOVE)
@limiter.limit("60 per minute; 300 per hour")
@with_dead_links
def move(token: str) -> ResponseReturnValue:
    """Move the subscription."""
    refuse_cross_site()
    row = attempt(partial(preferences.move, context(), token))
    return page_by_key(
        "newsletter/move.html", token=token, address=row.address if row else "", done=True
    )
