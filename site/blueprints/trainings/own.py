"""« Mon inscription » by its signed link, without account. A GET changes nothing."""

import json
from http import HTTPStatus

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.trainings import bp, words
from communaute.blueprints.trainings.desk import desk, private
from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.domain.trainings import errors, personal_data, registration
from communaute.domain.trainings.calendars import own_calendar
from communaute.domain.trainings.values import RegistrationView
from communaute.extensions import db, reading
from communaute.models.trainings import RegistrationState


HERE = "/outils/inscription/<token>"
# What one may do with a link in a minute, from one network: none of it is guessed.
LIMIT = "60 per minute"
# What has just been done, by the word that the address says.
DONE = {
    "confirmee": "C’est fait\u202f: votre place est confirmée. Les dates pour votre agenda sont dans le courriel.",
    "annulee": "C’est fait\u202f: votre place est rendue.",
    "quittee": "C’est fait\u202f: vous n’êtes plus sur la liste d’attente.",
    "changee": "C’est fait\u202f: vos dates sont changées. Un courriel vous les redit.",
    "absent": "C’est noté\u202f: l’organisateur sait que vous ne viendrez pas. Votre place reste la vôtre.",
    "present": "C’est noté\u202f: l’organisateur sait que vous viendrez.",
    "acceptee": "C’est fait\u202f: la place est à vous.",
    "refusee": "C’est noté\u202f: cette place est proposée à la personne suivante. Vous gardez votre rang.",
    "avis": "Merci, votre avis est enregistré.",
}
# What a refusal answers; whatever is not here is a conflict with what has become of the place.
STATUSES: dict[type[DomainError], HTTPStatus] = {
    errors.HoldExpired: HTTPStatus.GONE,
    errors.OfferExpired: HTTPStatus.GONE,
    errors.PairUnknown: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.SamePair: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.SessionUnknown: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.InvalidAnswer: HTTPStatus.UNPROCESSABLE_ENTITY,
}


@bp.get(HERE)
def own(token: str) -> ResponseReturnValue:
    """Where one stands, and what one may do."""
    return own_page(mine(token), done=DONE.get(request.args.get("fait", ""), ""))


def mine(token: str) -> RegistrationView:
    """The registration of a link, in a transaction that waits for nobody. Raises BadLink, DeadLink."""
    db.session.rollback()
    return registration.view(reading(db.session()), token, desk=desk(), now=clock.now())


def own_page(
    found: RegistrationView, *, done: str = "", refused: DomainError | None = None
) -> Response:
    """The page; with what has been done, or why it was not."""
    status = status_of(refused) if refused else HTTPStatus.OK
    return shown("own", status, mine=found, done=done, refused=refused)


def status_of(refused: DomainError) -> HTTPStatus:
    """What a refusal answers."""
    return STATUSES.get(type(refused), HTTPStatus.CONFLICT)


def shown(template: str, status: HTTPStatus = HTTPStatus.OK, **context: object) -> Response:
    """One of the pages of a link."""
    page = render_template(
        f"trainings/{template}.html", words=words, State=RegistrationState, **context
    )
    return private(make_response(page, status))


@bp.get(f"{HERE}/calendrier.ics")
def calendar(token: str) -> ResponseReturnValue:
    """The dates, for one's own calendar."""
    try:
        text = own_calendar(reading(db.session()), token, desk=desk(), now=clock.now())
    except errors.NoPlace as refused:
        return own_page(mine(token), refused=refused)
    response = Response(text, mimetype="text/calendar")
    response.headers["Content-Disposition"] = "attachment; filename=formation.ics"
    return private(response)


@bp.get(f"{HERE}/mes-donnees.json")
def data(token: str) -> ResponseReturnValue:
    """All that is kept of the person."""
    found = personal_data.personal_data(reading(db.session()), token, desk=desk(), now=clock.now())
    text = json.dumps(found, ensure_ascii=False, indent=2)
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = "attachment; filename=mes-donnees.json"
    return private(response)


def page_of(token: str, done: str = "") -> str:
    """The address of « Mon inscription »."""
    return url_for("trainings.own", token=token, fait=done or None)


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
