"""Who may open a page: signed in, lately, with a role. Every view of staff stands behind these."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import abort, flash, redirect, request, url_for
from flask_login import current_user

from communaute.blueprints.accounts import presence
from communaute.domain import audit, clock
from communaute.extensions import csrf, db
from communaute.models.accounts import Role, User
from communaute.web.addresses import own_page


P = ParamSpec("P")
T = TypeVar("T")
View = Callable[P, T]
# Our own rule: what matters is asked for again half an hour after the password; who opened its
# page in time has ten minutes more to send it.
LATELY = timedelta(minutes=30)
GRACE = timedelta(minutes=10)


def me() -> User:
    """The person who is signed in."""
    return cast(User, current_user._get_current_object())


def signed_in(view: View[P, T]) -> View[P, T]:
    """Only for people who are signed in; a form carries its token."""

    @wraps(view)
    def asked(*arguments: P.args, **named: P.kwargs) -> T:
        if not current_user.is_authenticated:
            return cast(T, ask_first("accounts.sign_in", "Connectez-vous pour ouvrir cette page."))
        check_token()
        return view(*arguments, **named)

    return asked


def signed_in_lately(view: View[P, T]) -> View[P, T]:
    """Only who gave their password lately: for what cannot be undone."""

    @wraps(view)
    def asked(*arguments: P.args, **named: P.kwargs) -> T:
        return view(*arguments, **named) if is_recent() else cast(T, ask_again())

    return signed_in(asked)


def is_recent() -> bool:
    """Whether this session's password or passkey was given lately."""
    proved = presence.signed_in_now().proved_at
    within = LATELY + GRACE if request.method == "POST" else LATELY
    return proved is not None and proved > clock.now() - within


def ask_again() -> object:
    """Lead to the page that asks for the password again."""
    return ask_first("accounts.verify", "Avant cette étape, redonnez votre mot de passe.")


def ask_first(endpoint: str, sentence: str) -> object:
    """Lead elsewhere first; then back here, to the page and not to what a form was sending."""
    flash(sentence, "info")
    here = request.full_path.rstrip("?") if request.method == "GET" else page_of_the_form()
    return redirect(url_for(endpoint, next=own_page(here) or None))


def page_of_the_form() -> str:
    """The page that a form was sent from, when the browser names one of this site; else empty."""
    said = request.headers.get("HX-Current-URL") or request.referrer or ""
    try:
        address = urlsplit(said)
    except ValueError:  # written by hand
        return ""
    if address.netloc != request.host:
        return ""
    return address.path + (f"?{address.query}" if address.query else "")


def role_required(*roles: Role) -> Callable[[View[P, T]], View[P, T]]:
    """Only who has one of the roles and a second factor; others get 403, and it is written down."""
    return lambda view: signed_in(only_for(roles, view))


def role_required_lately(*roles: Role) -> Callable[[View[P, T]], View[P, T]]:
    """The same, the password lately given: for what gives rights to others."""
    return lambda view: signed_in_lately(only_for(roles, view))


def only_for(roles: tuple[Role, ...], view: View[P, T]) -> View[P, T]:
    """Refuse whoever has none of the roles."""

    @wraps(view)
    def asked(*arguments: P.args, **named: P.kwargs) -> T:
        allowed = any(me().has_role(role.value) for role in roles)
        if not (allowed and me().has_second_factor):
            refuse()
        return view(*arguments, **named)

    return asked


def refuse() -> None:
    """Write down who tried what, with measure, and abort with 403."""
    audit.record_refusal(
        db.session(), "access-refused", now=clock.now(), actor=me().id, target=request.path
    )
    abort(HTTPStatus.FORBIDDEN)


def with_token(view: View[P, T]) -> View[P, T]:
    """Refuse a form that does not carry its token."""

    @wraps(view)
    def checked(*arguments: P.args, **named: P.kwargs) -> T:
        check_token()
        return view(*arguments, **named)

    return checked


def check_token() -> None:
    """Refuse a form without its token, and what is no form: there is no second door."""
    if request.method == "POST":
        if request.is_json:
            abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        csrf.protect()
