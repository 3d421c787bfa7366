"""A place offered to who waits: two buttons, accept or decline."""

from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue

from communaute.blueprints.trainings import bp
from communaute.blueprints.trainings.own import HERE, LIMIT, mine, own_page, shown
from communaute.blueprints.trainings.own_acts import attempt, verb
from communaute.domain.trainings import waiting
from communaute.domain.trainings.errors import NothingOffered
from communaute.domain.trainings.values import RegistrationView
from communaute.extensions import limiter
from communaute.web.security import refuse_cross_site


ANSWERS = {
    "accepter": (waiting.accept_offer, "acceptee"),
    "refuser": (waiting.decline_offer, "refusee"),
}


@bp.get(f"{HERE}/proposition")
def offer(token: str) -> ResponseReturnValue:
    """The place, until when it is kept, two buttons; without an offer, where one stands."""
    found = mine(token)
    return shown("offer", mine=found) if found.can_answer_offer else own_page(found)


@bp.post(f"{HERE}/proposition")
@limiter.limit(LIMIT)
def answer_offer(token: str) -> ResponseReturnValue:
    """Accept or decline; nothing else is an answer."""
    refuse_cross_site()
    chosen = ANSWERS.get(request.form.get("reponse", ""))
    if chosen is None:
        return unanswered(mine(token))
    return attempt(token, chosen[1], lambda: verb(chosen[0], token))


def unanswered(found: RegistrationView) -> ResponseReturnValue:
    """The two buttons again; without an offer any more, where one stands."""
    if not found.can_answer_offer:
        return own_page(found, refused=NothingOffered(waiting.NOTHING_OFFERED))
    return shown("offer", HTTPStatus.UNPROCESSABLE_ENTITY, mine=found, unanswered=True)
