"""Practice accounts: a cookie of their own, which opens the practice and nothing else.

A guest is never signed in: Flask-Login does not know them, so every page that asks for an account
is closed to them without having to think of them.
"""

from datetime import datetime

from flask import Response, after_this_request, current_app, request
from flask_wtf.csrf import generate_csrf

from communaute.domain import clock
from communaute.domain.accounts import sessions
from communaute.extensions import db
from communaute.models.accounts import User
from communaute.web.security import cookie_name, set_cookie


COOKIE = "entrainement"


def guest() -> User | None:
    """The guest whose cookie this is, as long as their practice lasts."""
    return sessions.guest_of(db.session(), request.cookies.get(cookie(), ""))


def cookie() -> str:
    """The name of the guest's cookie."""
    return cookie_name(COOKIE)


def welcome(user: User, until: datetime) -> None:
    """Open the guest's session. The only place where a visitor without account gets a cookie."""
    now = clock.now()
    leave()
    token = sessions.open_session(db.session(), user, now)
    seconds = int((until - now).total_seconds())
    # What the forms of the practice will carry: made now, so that no later GET sets a cookie.
    generate_csrf()
    after_this_request(lambda response: set_cookie(response, COOKIE, token, seconds=seconds))


def leave() -> None:
    """Close the guest's session, if there is one."""
    sessions.close_session(db.session(), request.cookies.get(cookie(), ""))


def forget(response: Response) -> Response:
    """Take the guest's cookie away."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.delete_cookie(cookie(), path="/", secure=secure, httponly=True, samesite="Lax")
    return response
