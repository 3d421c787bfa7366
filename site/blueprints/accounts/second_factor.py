"""The second factor, half-way: the password was right and a code is awaited, or a set-up is open.

Flask-Security keeps both in the session's cookie, which whoever holds it can send again later.
"""

from datetime import timedelta
from typing import Any, cast

from flask import current_app, flash, redirect, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security import tf_profile_changed
from flask_security.forms import _build_form_from_request
from flask_security.proxies import _security
from flask_security.tf_plugin import tf_clean_session
from flask_security.utils import check_and_get_token_status, check_and_update_authn_fresh
from wtforms import Form

from communaute.blueprints.accounts import texts
from communaute.blueprints.accounts.rendering import page
from communaute.domain import clock
from communaute.models.accounts import User


SINCE = "tf_since"
# Our own rule: how long one may look for one's telephone.
WITHIN = timedelta(minutes=15)
SIGN_IN, SET_UP = "/compte/connexion", "/compte/second-facteur"


def begun() -> None:
    """The password is right: note when."""
    session[SINCE] = clock.now().timestamp()


def awaited() -> User | None:
    """Whose second factor this browser may still give, or set up for the first time.

    A first set-up ends where a factor is in place: a cookie kept from before would replace it.
    """
    user: User | None = None
    if clock.now().timestamp() - session.get(SINCE, 0) < WITHIN.total_seconds():
        user = _security.datastore.find_user(fs_uniquifier=session.get("tf_user_id", ""))
    to_give = session.get("tf_state") == "ready"
    return user if user is not None and user.has_second_factor == to_give else None


def code_is_awaited(**_: Any) -> ResponseReturnValue | None:  # noqa: ANN401
    """Flask-Security would sign out who opens this address by hand; a GET changes nothing."""
    return redirect("/compte/") if current_user.is_authenticated else set_up_is_open()


def set_up_is_open(**_: Any) -> ResponseReturnValue | None:  # noqa: ANN401
    """Who is signed in may set up a factor; others only right after their password."""
    if current_user.is_authenticated or awaited() is not None:
        return None
    tf_clean_session()
    flash(*texts.MESSAGES["TWO_FACTOR_PERMISSION_DENIED"])
    return redirect(SIGN_IN)


def without_factor_no_codes(**_: Any) -> ResponseReturnValue | None:  # noqa: ANN401
    """Recovery codes replace a factor: who has none, or has just taken it away, needs no codes."""
    if current_user.is_authenticated and not current_user.has_second_factor:
        return redirect("/compte/")
    return None


def finish_set_up(token: str) -> ResponseReturnValue:
    """Take the first code. The place of Flask-Security's view, whose link fits any account.

    Its link must be of this very session, the password lately given; a wrong code keeps the
    drawing that is already in the application.
    """
    secret = secret_of(token)
    if secret is None:
        flash(*texts.MESSAGES["TWO_FACTOR_SETUP_EXPIRED"])
        return redirect(SET_UP)
    within, grace = (current_app.config[f"SECURITY_{n}"] for n in ("FRESHNESS", GRACE))
    if not check_and_update_authn_fresh(within, grace, "session"):
        return cast(ResponseReturnValue, _security._reauthn_handler(within, grace))
    form: Any = _build_form_from_request("two_factor_verify_code_form")
    form.tf_totp_secret, form.primary_method = secret, "authenticator"
    form.user, form.is_setup = current_user, True
    if not form.validate_on_submit():
        return drawing(form, secret, token)
    put_in_place(secret)
    flash(*texts.MESSAGES["TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL"])
    return redirect("/compte/codes-de-secours")


GRACE = "FRESHNESS_GRACE_PERIOD"


def secret_of(token: str) -> str | None:
    """The secret of a set-up begun in this session, lately; else None."""
    within = current_app.config["SECURITY_TWO_FACTOR_SETUP_WITHIN"]
    expired, invalid, state = check_and_get_token_status(token, "tf_setup", within)
    if expired or invalid or state["totp_secret"] != session.get("tf_totp_secret"):
        return None
    return str(state["totp_secret"])


def drawing(form: Form, secret: str, token: str) -> ResponseReturnValue:
    """The page of the set-up, as it was, with what is wrong."""
    shown = _security.totp_factory.fetch_setup_values(secret, current_user)
    return page(
        "accounts/factor.html",
        chosen_method="authenticator",
        authr_qrcode=shown["image"],
        authr_key=shown["key"],
        two_factor_verify_code_form=form,
        state_token=token,
    )


def put_in_place(secret: str) -> None:
    """From now on this factor is asked for; presence.py hears it."""
    tf_clean_session()
    _security.datastore.tf_set(current_user, "authenticator", secret)
    tf_profile_changed.send(
        current_app._get_current_object(),  # type: ignore[attr-defined]
        user=current_user,
        method="authenticator",
    )
