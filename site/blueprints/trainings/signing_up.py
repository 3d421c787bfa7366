"""Sign up: an anonymous form; Sec-Fetch-Site and Origin guard it, no cookie.

The answer is the same whether or not the address is known: 303 to a page that says what happens
next. 422 with each error beside its field, 429 when one address is used too often.
"""

from http import HTTPStatus

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_limiter import RequestLimit

from communaute.blueprints.trainings import bp, catalogue, outcomes
from communaute.blueprints.trainings.desk import desk
from communaute.blueprints.trainings.forms import SignUpForm
from communaute.blueprints.trainings.sign_up_pages import choose_page, form_page, outcome_page
from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.domain.trainings import listing
from communaute.domain.trainings.errors import InvalidSignUp, PairClosed, PairUnknown
from communaute.domain.trainings.facing import Told, as_told, same_person
from communaute.domain.trainings.signing_up import sign_up as ask
from communaute.domain.trainings.values import SignUpRequest
from communaute.extensions import db, limiter, reading
from communaute.web.security import refuse_cross_site


# By address, never by network: a town hall is one network.
PER_PERSON = "5 per minute; 20 per day"
TOO_MANY = (
    "Cette adresse a servi plusieurs fois en peu de temps. Attendez une minute, puis recommencez\u202f: "
    "ce que vous avez saisi est gardé ci-dessous."
)
NO_PAIR = "Choisissez une date dans la liste."


@bp.get("/outils/inscription")
def sign_up() -> ResponseReturnValue:
    """The form of a training; without one, the trainings to choose from."""
    reading(db.session())
    slug = request.args.get("formation", "") or training_of(request.args.get("paire", ""))
    page = catalogue.training(slug)
    if page is None:
        return choose_page(HTTPStatus.NOT_FOUND if slug else HTTPStatus.OK)
    return form_page(page, SignUpForm(data={"paire": request.args.get("paire", "")}))


@bp.post("/outils/inscription")
@limiter.limit(
    PER_PERSON,
    key_func=lambda: f"training {same_person(request.form.get('courriel', ''))}",
    deduct_when=lambda response: response.status_code == HTTPStatus.SEE_OTHER,
    on_breach=lambda limit: too_many(limit),
)
def receive() -> ResponseReturnValue:
    """Hold a place or join the list; 422 with what is wrong."""
    refuse_cross_site()
    form = SignUpForm(request.form)
    told = attempt(form)
    if told is None:
        db.session.rollback()
        return again(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    db.session.commit()
    return redirect(outcomes.address_of(told, pair_id(form)), HTTPStatus.SEE_OTHER)


def attempt(form: SignUpForm) -> Told | None:
    """Call the verb; every refusal stands beside its field."""
    now = clock.now()
    try:
        return as_told(ask(db.session(), asked(form), desk=desk(), now=now), now)
    except InvalidSignUp as refused:
        for field, fault in refused.faults.items():
            form.refuse(fault, field)
        if not pair_id(form):  # said with the rest: nobody is refused twice
            form.refuse(NO_PAIR, "paire")
    except (PairUnknown, PairClosed) as refused:
        form.refuse(str(refused) if form.paire.data else NO_PAIR, "paire")
    except DomainError as refused:
        form.refuse(str(refused))
    return None


def asked(form: SignUpForm) -> SignUpRequest:
    """The form as the domain takes it."""
    return SignUpRequest(
        pair_id=pair_id(form),
        name=form.nom.data or "",
        email=form.courriel.data or "",
        organisation=form.organisation.data or "",
        siret=form.siret.data or "",
        telephone=form.telephone.data or "",
        hopes=form.attentes.data or "",
        consent=form.consentement.data,
        accessibility=form.accessibilite.data or "",
        accessibility_consent=form.consentement_accessibilite.data,
        trap=form.site_web.data or "",
    )


def pair_id(form: SignUpForm) -> int:
    """The pair chosen; 0, which is none, when what came is no number."""
    typed = form.paire.data or ""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def again(form: SignUpForm, status: HTTPStatus) -> Response:
    """The form with all that was typed; where its training is not known, the choice of one."""
    slug = request.args.get("formation", "") or training_of(str(form.paire.data or ""))
    page = catalogue.training(slug)
    return form_page(page, form, status) if page else choose_page(status, form)


def too_many(_limit: RequestLimit) -> Response:
    """The form again: nothing typed is lost, and the delay is said."""
    form = SignUpForm(request.form)
    form.refuse(TOO_MANY)
    return again(form, HTTPStatus.TOO_MANY_REQUESTS)


def training_of(typed: str) -> str:
    """The training of a pair, by what an address or a form says of it; empty when there is none."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        return ""
    try:
        return listing.pair_view(db.session(), int(typed), clock.now()).training
    except PairUnknown:
        return ""


@bp.get("/outils/inscription/place-tenue/<state>")
def held(state: str) -> ResponseReturnValue:
    """A place is held: what to do now, and until when."""
    return outcome_page("trainings/held.html", state)


@bp.get("/outils/inscription/liste-d-attente/<state>")
def listed(state: str) -> ResponseReturnValue:
    """No place was left: the rank, and what happens next."""
    return outcome_page("trainings/listed.html", state)
