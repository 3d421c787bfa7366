"""Who is there: the session's cookie and its row must agree."""

from collections.abc import Callable
from typing import TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, after_this_request, g, request, session
from flask_login import LoginManager, login_user, logout_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from communaute.blueprints.accounts import devices
from communaute.domain import clock
from communaute.domain.accounts import sessions, steps
from communaute.domain.accounts.passkeys import Place
from communaute.domain.accounts.steps import Kind
from communaute.domain.context import Context
from communaute.domain.errors import DomainError
from communaute.extensions import db
from communaute.models.accounts import SignIn, Step, User
from communaute.wiring import current


T = TypeVar("T")
TOKEN = "connexion"  # noqa: S105
manager = LoginManager()
# A session is known by its row, not by an address or a browser that may change under way.
manager.session_protection = None


def init_app(app: Flask) -> None:
    """Be the application's login manager.

    LoginManager.init_app would also ask of every page of the site, content included, whether to
    remember its visitor: that makes each of them private (Vary: Cookie), and nobody is remembered here.
    """
    app.login_manager = manager  # type: ignore[attr-defined]


@manager.user_loader
def load(number: str) -> User | None:
    """The person whose session this is, if it is still open."""
    opened = sessions.find(db.session(), token(), clock.now())
    if opened is None or opened.user.get_id() != number:
        return None
    g.sign_in = opened
    if request.endpoint and sessions.see(db.session(), opened, clock.now()):
        db.session.commit()
    return opened.user


def carry_out(verb: Callable[[Context], T]) -> T:
    """Call a verb and commit what it did. DomainError goes through, rolled back.

    Two people at once, one address: who comes second starts again, and finds it taken.
    """
    for again in (True, False):
        try:
            answer = verb(current.context())
            db.session.commit()
        except IntegrityError:
            db.session.rollback()
            if not again:
                raise
        except DomainError:
            db.session.rollback()
            raise
        else:
            break
    return answer


def place() -> Place:
    """The site as passkeys know it: by its public address, whatever a proxy makes of a request.

    On a developer's machine it is the one in the browser, whose port is not always BASE_URL's.
    """
    settings = current.settings()
    shown = request.host_url if settings.is_for_this_machine else settings.base_url
    there = urlsplit(shown)
    return Place(there.hostname or "", f"{there.scheme}://{there.netloc}")


def token() -> str:
    """The token of this session."""
    return str(session.get(TOKEN, ""))


def signed_in_now() -> SignIn:
    """The row of this session. Only behind `signed_in`."""
    found: SignIn = g.sign_in
    return found


def enter(user: User) -> None:
    """A new session, with a new token and a new CSRF token; the one before is closed.

    The device is known from now on: all that the account asks for has been given on it.
    """
    sessions.close_session(db.session(), token())
    for name in list(session):
        session.pop(name)
    g.pop("csrf_token", None)
    browser = devices.named(request.headers.get("User-Agent", ""))
    session[TOKEN] = sessions.open_session(db.session(), user, clock.now(), browser)
    login_user(user)
    address = user.email
    after_this_request(lambda response: devices.remember(response, address))


def leave() -> None:
    """The row goes: the cookie, were it stolen, opens nothing more."""
    sessions.close_session(db.session(), session.pop(TOKEN, ""))
    logout_user()


def forgotten(response: Response) -> Response:
    """Tell the browser to forget the pages it has shown: « Précédent » opens none of them again.

    Not what it stores: that is the reader's place in a guide, and says nothing of the account.
    """
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def begin(kind: Kind, user: User | None = None, detail: str = "") -> Step:
    """Begin a step in this browser, which keeps its key."""
    session[f"etape-{kind}"] = begun = steps.begin(current.context(), kind, user, detail)
    return cast(Step, steps.find(current.context(), kind, begun))


def key(kind: Kind) -> str:
    """The key of the step of this kind that this browser has begun; or empty."""
    return str(session.get(f"etape-{kind}", ""))


def step(kind: Kind, user: User | None = None) -> Step | None:
    """The step that this browser has begun, if it goes on; of a user, if one is named."""
    found = steps.going_on(current.context(), kind, key(kind))
    if found is None or (user is not None and found.user_id != user.id):
        return None
    return found
