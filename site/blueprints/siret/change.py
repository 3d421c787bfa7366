"""The tool « Changer de SIRET »: two ways in, and the practice account's door."""

from datetime import datetime
from http import HTTPStatus

from flask import Response, after_this_request, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts import attempts, guests
from communaute.blueprints.siret import bp
from communaute.blueprints.structures.access import guest_only
from communaute.domain import clock
from communaute.domain.accounts import lockout
from communaute.domain.structures import practice
from communaute.domain.structures.errors import PracticeOver, TooManyPractices
from communaute.domain.structures.values import PracticeState
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.web import retrying
from communaute.web.rendering import render, wants_fragment
from communaute.web.security import refuse_cross_site
from communaute.wiring import current


ADDRESS = "/outils/changement-siret"
# A place comes back when a practice ends: nobody has to come back sooner than that.
RETRY_SECONDS = 3_600


@bp.get(ADDRESS)
def change() -> ResponseReturnValue:
    """What the tool does, « S'exercer sans compte », and the way for somebody with an account."""
    return page()


def page(refused: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
    """The tool's own page, or its fragment inside another."""
    response = render(
        "siret/change.html",
        "tool",
        status=status,
        tool=current.tools()["changement-siret"],
        level=4 if wants_fragment() else 2,
        running=running(),
        over="fini" in request.args,
        refused=refused,
    )
    # It says whether one's own practice is running.
    response.headers["Cache-Control"] = "no-store"
    return response


def running() -> PracticeState | None:
    """The practice of this visitor, if one is open."""
    user = guests.guest()
    try:
        return practice.state(db.session(), user, clock.now()) if user else None
    except PracticeOver:
        return None


@bp.post(f"{ADDRESS}/entrainement/ouvrir")
@limiter.limit("40 per minute; 120 per hour")
def begin() -> ResponseReturnValue:
    """« S'exercer sans compte »: an invented company, for 24 hours. Again: the same one."""
    refuse_cross_site()
    if running() is None:
        try:
            open_one(clock.now())
        except TooManyPractices as refused:
            db.session.rollback()
            answer = page(str(refused), HTTPStatus.TOO_MANY_REQUESTS)
            return retrying.retry_after(answer, RETRY_SECONDS)
    return redirect(url_for("siret.exercise"), HTTPStatus.SEE_OTHER)


def open_one(now: datetime) -> User:
    """Make the practice and welcome its guest; answers them."""
    secret = current.settings().secret_key
    client = lockout.digest(secret, f"network {attempts.network()}")
    opened = practice.open_practice(db.session(), client=client, now=now)
    user = db.session.get_one(User, opened.user_id)
    guests.welcome(user, opened.expires_at)
    db.session.commit()
    return user


@bp.post(f"{ADDRESS}/entrainement/recommencer")
@limiter.limit("60 per minute; 600 per hour")
@guest_only
def start_again(user: User) -> ResponseReturnValue:
    """Put the invented company back as it was."""
    practice.reset(db.session(), user, clock.now())
    db.session.commit()
    return redirect(url_for("siret.exercise", neuf=1), HTTPStatus.SEE_OTHER)


@bp.post(f"{ADDRESS}/entrainement/quitter")
@limiter.limit("20 per minute; 200 per hour")
@guest_only
def stop(user: User) -> ResponseReturnValue:
    """Erase the practice now, and its cookie."""
    practice.erase(db.session(), user)
    db.session.commit()
    after_this_request(guests.forget)
    return redirect(url_for("siret.change", fini=1), HTTPStatus.SEE_OTHER)
