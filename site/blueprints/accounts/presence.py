"""Who is there: the session's cookie and its row must agree."""

from typing import Any, cast

from flask import Flask, g, request, session
from flask_login import user_logged_out
from flask_security import (
    change_email_confirmed,
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
)
from sqlalchemy import select

from communaute import current
from communaute.blueprints.accounts.mails import RESET_PAGE, page
from communaute.domain import clock
from communaute.domain.accounts import sessions
from communaute.extensions import db
from communaute.mailing.messages import accounts as messages
from communaute.mailing.outbox import post
from communaute.models.accounts import User


TOKEN = "connexion"  # noqa: S105


def init_app(app: Flask) -> None:
    """Hear what Flask-Security says; load people our way."""
    app.login_manager.user_loader(load)  # type: ignore[attr-defined]
    # A token in a header would be a second door.
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    user_authenticated.connect(on_sign_in, app)
    user_logged_out.connect(on_sign_out, app)
    password_changed.connect(on_password, app)
    password_reset.connect(on_password, app)
    tf_profile_changed.connect(on_factor, app)
    tf_disabled.connect(on_factor, app)
    change_email_confirmed.connect(on_address, app)


def load(uniquifier: str) -> User | None:
    """The person whose session this is, if it is still open."""
    from flask_security.utils import set_request_attr

    user: User | None = db.session.scalar(select(User).where(User.fs_uniquifier == uniquifier))
    token = session.get(TOKEN, "")
    if (
        user is None
        or user.is_guest
        or not user.active
        or not sessions.is_open(db.session(), user, token, clock.now())
    ):
        return None
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return user


def token() -> str:
    """The token of this session."""
    return cast(str, session.get(TOKEN, ""))


def on_sign_in(_app: Flask, user: User, **_: Any) -> None:  # noqa: ANN401
    """A new session, with a new token and a new CSRF token; the one before is closed."""
    sessions.close_session(db.session(), token())
    session[TOKEN] = sessions.open_session(db.session(), user, clock.now())
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)


def on_sign_out(_app: Flask, **_: Any) -> None:  # noqa: ANN401
    """The row goes: the cookie, were it stolen, opens nothing more."""
    if request:
        sessions.close_session(db.session(), session.pop(TOKEN, ""))


def on_password(_app: Flask, user: User, **_: Any) -> None:  # noqa: ANN401
    """Every other session closes."""
    sessions.close_others(db.session(), user, token())


def on_factor(_app: Flask, user: User, **_: Any) -> None:  # noqa: ANN401
    """The second factor has changed: other sessions close, the person is told."""
    sessions.close_others(db.session(), user, token())
    person = cast(User, getattr(user, "_get_current_object", lambda: user)())
    if not person.has_second_factor:
        person.tf_last_counter, person.mf_recovery_codes = None, None
    now = clock.now()
    message = messages.second_factor_changed(
        to=person.email, enabled=person.has_second_factor, when=now, reset=page(RESET_PAGE)
    )
    post(db.session(), message, key=f"second-factor-{person.id}-{now.isoformat()}", due=now)


def on_address(_app: Flask, user: User, old_email: str, **_: Any) -> None:  # noqa: ANN401
    """The sign-in address has changed: the old one is told, links sent before are useless."""
    now = clock.now()
    message = messages.address_changed(
        to=old_email,
        new_address=user.email,
        when=now,
        contact=current.settings().base_url + "/contact",
    )
    post(db.session(), message, key=f"address-changed-{user.id}-{now.isoformat()}", due=now)
