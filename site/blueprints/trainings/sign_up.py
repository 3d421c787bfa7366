"""Sign up: an anonymous form; Sec-Fetch-Site and Origin guard it, no cookie.

The answer is the same whether or not the address is known: 303 to a page that says what happens
next, and can be read again. 422 with each error beside its field, 429 when one address is used too
often.
"""

from datetime import UTC, datetime
from http import HTTPStatus

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import RequestLimit
from itsdangerous import BadData
from wtforms import BooleanField, EmailField, Form, RadioField, StringField, TelField, TextAreaField
from wtforms.validators import InputRequired

from communaute.blueprints.acting import attempt
from communaute.blueprints.trainings import bp, catalogue, words
from communaute.domain import tokens
from communaute.domain.addresses import person_key
from communaute.domain.trainings import listing, signing_up
from communaute.domain.trainings.errors import PairUnknown
from communaute.domain.trainings.signing_up import SignUpKind, SignUpOutcome, SignUpRequest
from communaute.extensions import db, limiter, reading
from communaute.web.addresses import row_number
from communaute.web.rendering import (
    embedded_in_another,
    kept_nowhere,
    private,
    render,
    wants_fragment,
)
from communaute.web.security import refuse_cross_site
from communaute.wiring import current


# By address, never by network: everybody in a town hall has the same one.
PER_PERSON = "5 per minute; 20 per day"
TOO_MANY = (
    "Cette adresse a servi plusieurs fois en peu de temps. Attendez une minute, puis recommencez : "
    "ce que vous avez saisi est gardé ci-dessous."
)
# Signs what the pages say: nobody can make them say something else.
PURPOSE, LONGEST_STATE = "training-outcome", 300
# Only says to the eye that a field must be filled: what is wrong with it is the domain's to say.
REQUIRED = InputRequired()


class SignUpForm(Form):
    """A request for a place. Its fields are named as in the domain, in French on the page."""

    pair_id = RadioField("Choisissez vos dates", [REQUIRED], name="paire", validate_choice=False)
    name = StringField("Prénom et nom", [REQUIRED], name="nom")
    email = EmailField("Adresse électronique", [REQUIRED], name="courriel")
    organisation = StringField("Entreprise, administration ou activité", [REQUIRED])
    siret = StringField("Numéro SIRET")
    telephone = TelField("Téléphone")
    hopes = TextAreaField("Ce que vous espérez apprendre", name="attentes")
    accessibility = TextAreaField(
        "Ce dont vous avez besoin pour suivre la formation", name="accessibilite"
    )
    accessibility_consent = BooleanField(
        signing_up.ACCESSIBILITY_CONSENT, name="consentement_accessibilite"
    )
    consent = BooleanField(signing_up.CONSENT, [REQUIRED], name="consentement")
    trap = StringField("Ne remplissez pas ce champ", name="site_web")

    def asked(self) -> SignUpRequest:
        """What was typed, without the fields that were not sent."""
        sent = {name: typed for name, typed in self.data.items() if typed is not None}
        return SignUpRequest(**{**sent, "pair_id": row_number(sent.get("pair_id"))})


@bp.get("/outils/inscription")
def sign_up() -> ResponseReturnValue:
    """The form of a training; without one, the trainings to choose from."""
    reading(db.session())  # nobody is waited for
    asked = request.args.get("paire", "")
    slug = request.args.get("formation", "") or training_of(asked)
    page = catalogue.training(slug)
    if page is None:
        return choose_page(HTTPStatus.NOT_FOUND if slug else HTTPStatus.OK)
    return form_page(SignUpForm(data={"pair_id": asked}), slug)


@bp.post("/outils/inscription")
@limiter.limit(
    PER_PERSON,
    key_func=lambda: f"training {person_key(request.form.get('courriel', '').strip())}",
    deduct_when=lambda response: response.status_code == HTTPStatus.SEE_OTHER,
    on_breach=lambda limit: too_many(limit),
)
def receive() -> ResponseReturnValue:
    """Hold a place or join the list; 422 with what is wrong."""
    refuse_cross_site()
    form = SignUpForm(request.form)
    outcome = attempt(lambda: signing_up.sign_up(current.training_context(), form.asked()), form)
    if outcome is None:
        return again(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(address_of(outcome), HTTPStatus.SEE_OTHER)


def too_many(_limit: RequestLimit) -> Response:
    """The form again: nothing typed is lost, and the delay is said."""
    form = SignUpForm(request.form)
    form.form_errors = [TOO_MANY]
    return again(form, HTTPStatus.TOO_MANY_REQUESTS)


def again(form: SignUpForm, status: HTTPStatus) -> Response:
    """The form with all that was typed; where its training is not known, the choice of one."""
    slug = request.args.get("formation", "") or training_of(str(form.pair_id.data or ""))
    return form_page(form, slug, status) if catalogue.training(slug) else choose_page(status, form)


def training_of(typed: str) -> str:
    """The training of a pair, by what an address or a form says of it; empty when there is none."""
    try:
        return listing.pair_view(current.training_context(), row_number(typed)).training
    except PairUnknown:
        return ""


def choose_page(status: HTTPStatus = HTTPStatus.OK, form: SignUpForm | None = None) -> Response:
    """The trainings to choose from, with their next date."""
    nearest = {
        pair.training: pair for pair in reversed(listing.pairs_to_come(current.training_context()))
    }
    shown = {"trainings": catalogue.trainings(), "nearest": nearest, "form": form}
    unknown = status is HTTPStatus.NOT_FOUND
    return tool("choose", status, **shown, unknown=unknown)


def form_page(form: SignUpForm, slug: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """The form of one training: its dates as rows, who you are, one button.

    Whoever has chosen a full date, or finds no other, joins the waiting list: the form says so,
    and leads by links to the dates that have places.
    """
    pairs = [
        p for p in listing.pairs_to_come(current.training_context(), trainings=(slug,)) if p.open
    ]
    free = [pair for pair in pairs if not pair.full]
    chosen = next((pair for pair in pairs if str(pair.id) == str(form.pair_id.data)), None)
    waits = chosen.full if chosen else not free
    shown = {"pairs": [pair for pair in pairs if pair.full], "free": free} if waits else {}
    page = catalogue.training(slug)
    return tool("ask", status, page=page, form=form, waits=waits, **{"pairs": pairs, **shown})


def tool(template: str, status: HTTPStatus = HTTPStatus.OK, **shown: object) -> Response:
    """One state of the tool, page or fragment; the level of its headings is that of the page."""
    embedded = embedded_in_another(url_for("trainings.sign_up"))
    shown |= {"tool": current.tools()["inscription"], "words": words, "level": 3 if embedded else 2}
    response = render(f"trainings/{template}.html", "tool", status=status, **shown)
    return kept_nowhere(response)


def address_of(outcome: SignUpOutcome) -> str:
    """The page that says what came of a sign-up, and names nobody.

    The address tells a script which of the two it was, a place or a rank.
    """
    until = int(outcome.until.timestamp()) if outcome.until else 0
    said = [outcome.pair_id, until, outcome.rank or 0]
    state = tokens.token_of(current.settings().secret_key, PURPOSE, said)
    return url_for("trainings.held" if outcome.until else "trainings.listed", state=state)


def outcome_of(state: str) -> SignUpOutcome:
    """What an address says; 404 when it is not one of ours."""
    try:
        key = current.settings().secret_key
        pair_id, until, rank = tokens.value_of(key, PURPOSE, state, LONGEST_STATE)
    except (BadData, ValueError):
        abort(HTTPStatus.NOT_FOUND)
    kind = SignUpKind.HELD if until else SignUpKind.WAITING
    moment = datetime.fromtimestamp(until, UTC) if until else None
    return SignUpOutcome(kind=kind, pair_id=pair_id, until=moment, rank=rank)


@bp.get("/outils/inscription/place-tenue/<state>")
def held(state: str) -> ResponseReturnValue:
    """A place is held: what to do now, and until when."""
    return outcome_page("held", outcome_of(state))


@bp.get("/outils/inscription/liste-d-attente/<state>")
def listed(state: str) -> ResponseReturnValue:
    """No place was left: the rank, and what happens next."""
    return outcome_page("listed", outcome_of(state))


def outcome_page(template: str, outcome: SignUpOutcome) -> Response:
    """What came of a sign-up, with the other dates of the training that have places now."""
    here = current.training_context(reads=True)
    try:
        pair = listing.pair_view(here, outcome.pair_id)
    except PairUnknown:
        abort(HTTPStatus.NOT_FOUND)
    others = listing.pairs_to_come(here, trainings=(pair.training,))
    free = [other for other in others if other.left and other.id != pair.id]
    late = outcome.until is not None and outcome.until < here.now
    response = private(tool(template, outcome=outcome, pair=pair, late=late, free=free))
    if wants_fragment() and not embedded_in_another(url_for("trainings.sign_up")):
        response.headers["HX-Push-Url"] = request.path
    return response
