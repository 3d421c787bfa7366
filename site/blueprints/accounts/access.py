"""Who may open a page: signed in, lately, with a role. Every view of staff stands behind these."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec, TypeVar, cast

from flask import abort, current_app, request
from flask_login import current_user
from flask_security import auth_required

from communaute.domain import audit, clock
from communaute.extensions import csrf, db
from communaute.models.accounts import Role, User


P = ParamSpec("P")
T = TypeVar("T")
View = Callable[P, T]


def me() -> User:
    """The person who is signed in."""
    return cast(User, current_user._get_current_object())


def signed_in(view: View[P, T]) -> View[P, T]:
    """Only who is signed in; a form carries its token."""
    return cast(View[P, T], auth_required("session")(with_token(view)))


def signed_in_lately(view: View[P, T]) -> View[P, T]:
    """Only who gave their password lately: for what cannot be undone."""
    fresh = auth_required(
        "session",
        within=lambda: current_app.config["SECURITY_FRESHNESS"],
        grace=lambda: current_app.config["SECURITY_FRESHNESS_GRACE_PERIOD"],
    )
    return cast(View[P, T], fresh(with_token(view)))


def role_required(*roles: Role) -> Callable[[View[P, T]], View[P, T]]:
    """Only who has one of the roles and a second factor; others get 403, and it is written down."""
    return lambda view: signed_in(only_for(roles, view))


def role_required_lately(*roles: Role) -> Callable[[View[P, T]], View[P, T]]:
    """The same, the password lately given: for what gives rights to others."""
    return lambda view: signed_in_lately(only_for(roles, view))


def only_for(roles: tuple[Role, ...], view: View[P, T]) -> View[P, T]:
    """Refuse who has none of the roles."""

    @wraps(view)
    def asked(*arguments: P.args, **named: P.kwargs) -> T:
        allowed = any(current_user.has_role(role.value) for role in roles)
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
        if request.method == "POST":
            csrf.protect()
        return view(*arguments, **named)

    return checked
