"""What stands before Flask-Security's views: tokens, limits, a button for links of mails."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from flask import (
    Flask,
    Response,
    abort,
    make_response,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.exc import IntegrityError

from communaute.blueprints.accounts import attempts, links, second_factor
from communaute.blueprints.accounts.access import signed_in
from communaute.domain import audit, clock
from communaute.extensions import csrf, db, limiter
from communaute.web.security import forged_request


# Views answer whatever Flask takes.
View = Callable[..., Any]
# What each public form may be sent, from one address.
LIMITS = {
    "login": "20 per minute; 200 per hour",
    "register": "6 per minute; 30 per hour",
    "send_confirmation": "6 per minute; 30 per hour",
    "forgot_password": "6 per minute; 30 per hour",
    "reset_password": "20 per minute; 100 per hour",
    "change_password": "20 per minute; 100 per hour",
    "change_email": "6 per minute; 30 per hour",
    "change_email_confirm": "20 per minute; 100 per hour",
    "confirm_email": "20 per minute; 100 per hour",
    "verify": "20 per minute; 100 per hour",
    "two_factor_setup": "20 per minute; 100 per hour",
    "two_factor_setup_validate": "20 per minute; 100 per hour",
    "two_factor_token_validation": "20 per minute; 100 per hour",
    "mf_recovery": "10 per minute; 50 per hour",
    "mf_recovery_codes": "10 per minute; 50 per hour",
    "logout": "60 per minute",
}
# Ways that Flask-Security opens and we do not offer.
CLOSED = ("two_factor_rescue", "tf_select")
# How many refused forgeries are written down, from one address: the log must not be a target.
FORGERIES_NOTED = tuple(parse_many("10 per minute; 200 per day"))
MEASURE = FixedWindowRateLimiter(MemoryStorage())


def init_app(app: Flask) -> None:
    """Wrap the views; a refused token has a page of its own."""
    app.add_url_rule(
        "/compte/adresse/<token>",
        endpoint="security.change_email_confirm",
        methods=["POST"],
    )
    app.view_functions["security.two_factor_setup_validate"] = signed_in(
        second_factor.finish_set_up
    )
    for name in LIMITS:
        app.view_functions[f"security.{name}"] = guarded(app.view_functions[f"security.{name}"])
    for name in CLOSED:
        app.view_functions[f"security.{name}"] = closed
    button_first(app, "confirm_email", links.confirmation)
    button_first(app, "change_email_confirm", links.change_of_address)
    wrap(app, "two_factor_setup", second_factor.set_up_is_open)
    wrap(app, "two_factor_token_validation", second_factor.code_is_awaited)
    wrap(app, "mf_recovery", second_factor.code_is_awaited)
    wrap(app, "mf_recovery_codes", second_factor.without_factor_no_codes)
    wrap(app, "reset_password", links.reset_only_if_valid)
    # Outside of all: what is refused on the way counts too.
    for name, limit in LIMITS.items():
        limited: Any = limiter.limit(limit, methods=["POST"])
        app.view_functions[f"security.{name}"] = limited(app.view_functions[f"security.{name}"])
    app.register_error_handler(CSRFError, on_forged_form)
    forged_request.connect(note_forgery, app)
    app.after_request(keep_to_oneself)


def wrap(app: Flask, name: str, before: Callable[..., ResponseReturnValue | None]) -> None:
    """Ask `before` first: what it answers, if anything, is the answer."""
    view: View = app.view_functions[f"security.{name}"]

    @wraps(view)
    def asked(**arguments: Any) -> ResponseReturnValue:  # noqa: ANN401
        answer = before(**arguments)
        return cast(ResponseReturnValue, view(**arguments)) if answer is None else answer

    app.view_functions[f"security.{name}"] = asked


def guarded(view: View) -> View:
    """A form carries its token; what the view asks for is kept when it succeeds.

    Wraps keep the view's own name: the limiter knows views by it, and counts apart.
    """

    @wraps(view)
    def before_and_after(**arguments: Any) -> ResponseReturnValue:  # noqa: ANN401
        if request.method == "POST":
            if request.is_json:
                abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
            csrf.protect()
            return kept(view, arguments)
        return cast(ResponseReturnValue, view(**arguments))

    return before_and_after


def kept(view: View, arguments: dict[str, Any]) -> ResponseReturnValue:
    """What the view asks for, committed.

    Two people at once, one address: who comes second starts again, and finds it taken.
    """
    before = dict(session)
    try:
        answer: ResponseReturnValue = view(**arguments)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        session.clear()
        session.update(before)
        answer = view(**arguments)
        db.session.commit()
    return answer


def closed(**_: Any) -> ResponseReturnValue:  # noqa: ANN401
    """No such page here."""
    abort(HTTPStatus.NOT_FOUND)


def button_first(app: Flask, name: str, state: Callable[[str], links.Link]) -> None:
    """A mail scanner follows links: the link shows a button, and the button acts."""
    view: View = app.view_functions[f"security.{name}"]

    @wraps(view)
    def page(token: str) -> ResponseReturnValue:
        link = state(token)
        if link.usable and request.method == "POST":
            return cast(ResponseReturnValue, view(token=token))
        status = HTTPStatus.OK if link.usable or link.done else HTTPStatus.GONE
        return make_response(render_template("accounts/link.html", link=link), status)

    app.view_functions[f"security.{name}"] = page


def on_forged_form(_error: CSRFError) -> Response:
    """A form without its token: expired, or sent by another site. Written down, with measure."""
    db.session.rollback()
    note_forgery()
    response = make_response(render_template("accounts/expired.html"), HTTPStatus.BAD_REQUEST)
    response.headers["Cache-Control"] = "no-store"
    return response


def note_forgery(*_: Any, **__: Any) -> None:  # noqa: ANN401
    """Write a refused forged request down, unless its author sends too many to be of use."""
    if not all(MEASURE.hit(limit, "forgery", attempts.network()) for limit in FORGERIES_NOTED):
        return
    actor = current_user.id if current_user.is_authenticated else None
    audit.record(
        db.session(), "forged-request-refused", now=clock.now(), actor=actor, target=request.path
    )
    db.session.commit()


def keep_to_oneself(response: Response) -> Response:
    """Pages of accounts are nobody else's: no cache keeps them."""
    if request.path.startswith(("/compte", "/gestion")):
        response.headers["Cache-Control"] = "no-store"
    return response
