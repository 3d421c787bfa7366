"""« Mon inscription » by its signed link, without account. A GET changes nothing: scanners follow links."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.trainings import bp, words
from communaute.domain.errors import DomainError, OutOfReach
from communaute.domain.trainings import errors, own, personal_data, registration
from communaute.domain.trainings.own import RegistrationView
from communaute.extensions import db, limiter
from communaute.models.trainings import RegistrationState
from communaute.web.rendering import attached, private
from communaute.web.security import refuse_cross_site
from communaute.wiring import current


HERE = "/outils/inscription/<token>"
# What one may do with a link in a minute, from one network: none of it is guessed.
LIMIT = "60 per minute"
# What has just been done, by the word that the address says.
DONE = {
    "confirmee": "C’est fait : votre place est confirmée. Les dates pour votre agenda sont dans le courriel.",
    "annulee": "C’est fait : votre place est rendue.",
    "quittee": "C’est fait : vous n’êtes plus sur la liste d’attente.",
    "changee": "C’est fait : vos dates sont changées. Un courriel vous les redit.",
    "absent": "C’est noté : l’organisateur sait que vous ne viendrez pas. Votre place reste la vôtre.",
    "present": "C’est noté : l’organisateur sait que vous viendrez.",
    "acceptee": "C’est fait : la place est à vous.",
    "refusee": "C’est noté : cette place est proposée à la personne suivante. Vous gardez votre rang.",
    "avis": "Merci, votre avis est enregistré.",
}
# What a refusal answers; whatever is not here is a conflict with what has become of the place.
STATUSES: dict[type[DomainError], HTTPStatus] = {
    errors.HoldExpired: HTTPStatus.GONE,
    errors.OfferExpired: HTTPStatus.GONE,
    errors.PairUnknown: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.SamePair: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.SessionUnknown: HTTPStatus.UNPROCESSABLE_ENTITY,
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """A page with one button. `possible`: whether it is shown; else the person's own page is."""

    title: str
    sentence: str
    button: str
    verb: Callable[..., RegistrationView]
    possible: Callable[[RegistrationView], bool]
    done: str
    back: str = "Revenir à mon inscription"


STEPS = {
    "confirmer": Step(
        title="Confirmer votre place",
        sentence="Appuyez sur le bouton : la place est alors à vous.",
        button="Confirmer ma place",
        verb=registration.confirm,
        possible=lambda found: found.can_confirm,
        done="confirmee",
        back="Voir mon inscription, ou l’annuler",
    ),
    "annuler": Step(
        title="Annuler votre inscription",
        sentence="Votre place sera rendue tout de suite, et proposée à une autre personne.",
        button="Annuler mon inscription",
        verb=registration.cancel,
        possible=lambda found: found.can_cancel,
        done="annulee",
    ),
    "quitter": Step(
        title="Quitter la liste d’attente",
        sentence="Vous perdrez votre rang, et une place qui vous serait proposée ira à la personne suivante.",
        button="Quitter la liste d’attente",
        verb=registration.leave_list,
        possible=lambda found: found.can_leave_list,
        done="quittee",
    ),
}
STEP = f"{HERE}/<any({', '.join(STEPS)}):name>"
ANSWERS = {
    "accepter": (registration.accept_offer, "acceptee"),
    "refuser": (registration.decline_offer, "refusee"),
}


@bp.get(HERE, endpoint="own")
def own_page(token: str) -> ResponseReturnValue:
    """Where one stands, and what one may do."""
    return where_one_stands(mine(token), done=DONE.get(request.args.get("fait", ""), ""))


def mine(token: str) -> RegistrationView:
    """The registration of a link, in a transaction that waits for nobody. Raises BadLink, DeadLink."""
    db.session.rollback()
    return own.view(current.training_context(reads=True), token)


def where_one_stands(
    found: RegistrationView, *, done: str = "", refused: DomainError | None = None
) -> Response:
    """« Mon inscription »; with what has been done, or why it was not."""
    status = STATUSES.get(type(refused), HTTPStatus.CONFLICT) if refused else HTTPStatus.OK
    return shown("own", status, mine=found, done=done, refused=refused)


def shown(template: str, status: HTTPStatus = HTTPStatus.OK, **context: object) -> Response:
    """One of the pages of a link."""
    page = render_template(
        f"trainings/{template}.html", words=words, State=RegistrationState, **context
    )
    return private(make_response(page, status))


def carry_out(token: str, done: str, verb: Callable[[], object]) -> ResponseReturnValue:
    """Act, then lead to the person's page; a refusal is said there, with a status of its own."""
    try:
        verb()
    except OutOfReach:
        raise
    except DomainError as refused:
        return where_one_stands(mine(token), refused=refused)
    db.session.commit()
    return redirect(url_for("trainings.own", token=token, fait=done), HTTPStatus.SEE_OTHER)


@bp.errorhandler(errors.BadLink)
def bad_link(refused: errors.BadLink) -> ResponseReturnValue:
    """Forged, cut short, or of another kind."""
    db.session.rollback()
    return shown("link", HTTPStatus.NOT_FOUND, title="Lien non valable", sentence=str(refused))


@bp.errorhandler(errors.DeadLink)
def dead_link(refused: errors.DeadLink) -> ResponseReturnValue:
    """It opened something that is erased."""
    db.session.rollback()
    return shown("link", HTTPStatus.GONE, title="Lien qui ne sert plus", sentence=str(refused))


@bp.get(STEP)
def step_page(token: str, name: str) -> ResponseReturnValue:
    """The page with its button; when there is nothing to do, where one stands."""
    found, step = mine(token), STEPS[name]
    return shown("act", mine=found, act=step) if step.possible(found) else where_one_stands(found)


@bp.post(STEP)
@limiter.limit(LIMIT)
def step(token: str, name: str) -> ResponseReturnValue:
    """Press the button."""
    refuse_cross_site()
    return carry_out(
        token, STEPS[name].done, lambda: STEPS[name].verb(current.training_context(), token)
    )


@bp.get(f"{HERE}/proposition")
def offer(token: str) -> ResponseReturnValue:
    """The place, until when it is kept, two buttons; without an offer, where one stands."""
    found = mine(token)
    return shown("offer", mine=found) if found.can_answer_offer else where_one_stands(found)


@bp.post(f"{HERE}/proposition")
@limiter.limit(LIMIT)
def answer_offer(token: str) -> ResponseReturnValue:
    """Accept or decline; nothing else is an answer: the two buttons come again."""
    refuse_cross_site()
    chosen = ANSWERS.get(request.form.get("reponse", ""))
    if chosen is not None:
        return carry_out(token, chosen[1], lambda: chosen[0](current.training_context(), token))
    found = mine(token)
    if found.can_answer_offer:
        return shown("offer", HTTPStatus.UNPROCESSABLE_ENTITY, mine=found, unanswered=True)
    return where_one_stands(found, refused=errors.NothingOffered(registration.NOTHING_OFFERED))


@bp.get(f"{HERE}/changer")
def change_page(token: str) -> ResponseReturnValue:
    """The other dates that have places."""
    found = mine(token)
    return shown("change", mine=found) if found.can_change else where_one_stands(found)


@bp.post(f"{HERE}/changer")
@limiter.limit(LIMIT)
def change(token: str) -> ResponseReturnValue:
    """Take a place elsewhere; when it is gone meanwhile, nothing changes and the page says so."""
    refuse_cross_site()
    pair = request.form.get("paire", 0, type=int)
    return carry_out(
        token, "changee", lambda: registration.change_pair(current.training_context(), token, pair)
    )


@bp.post(f"{HERE}/absence")
@limiter.limit(LIMIT)
def absence(token: str) -> ResponseReturnValue:
    """« Je ne pourrai pas venir à cette séance », or that one will after all."""
    refuse_cross_site()
    session = request.form.get("seance", 0, type=int)
    absent = request.form.get("absent") != "non"
    done = "absent" if absent else "present"
    return carry_out(
        token,
        done,
        lambda: registration.cannot_come(current.training_context(), token, session, absent=absent),
    )


@bp.get(f"{HERE}/calendrier.ics")
def calendar(token: str) -> ResponseReturnValue:
    """The dates, for one's own calendar."""
    try:
        text = own.calendar(current.training_context(reads=True), token)
    except errors.NoPlace as refused:
        return where_one_stands(mine(token), refused=refused)
    return private(attached(text, "text/calendar", "formation.ics"))


@bp.get(f"{HERE}/mes-donnees.json")
def data(token: str) -> ResponseReturnValue:
    """All that is kept of the person."""
    found = personal_data.personal_data(current.training_context(reads=True), token)
    text = json.dumps(found, ensure_ascii=False, indent=2)
    return private(attached(text, "application/json", "mes-donnees.json"))


@bp.get(f"{HERE}/effacer")
def erase_page(token: str) -> ResponseReturnValue:
    """What goes, what stays, one button."""
    return shown("erase", mine=mine(token))


@bp.post(f"{HERE}/effacer")
@limiter.limit(LIMIT)
def erase(token: str) -> ResponseReturnValue:
    """Erase: the link opens nothing any more."""
    refuse_cross_site()
    personal_data.erase(current.training_context(), token)
    db.session.commit()
    return shown("erased")
