"""Where an attempt comes from: a device that has signed in before, or a network."""

import secrets
from collections.abc import Callable
from typing import TypeVar

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from communaute.blueprints.accounts.forms import Form
from communaute.domain import clock
from communaute.domain.accounts import lockout, users
from communaute.domain.accounts.lockout import Attempt
from communaute.domain.errors import DomainError
from communaute.extensions import db
from communaute.models.accounts import User
from communaute.web.client_network import network_of
from communaute.web.security import cookie_name, set_cookie


T = TypeVar("T")
COOKIE = "appareil"
YEAR_SECONDS = 365 * 86_400


def counted(account: str, prove: Callable[[], T]) -> T:
    """Prove who somebody is; failures are counted, and too many of them shut the door for a while.

    Raises TooManyAttempts, and what `prove` raises.
    """
    secret = str(current_app.secret_key)
    attempt = Attempt.of(secret, account, device=known_device(account), network=network())
    lockout.refuse_too_many(db.session(), attempt, clock.now())
    try:
        answer = prove()
    except lockout.NotProved:
        db.session.rollback()
        lockout.note_failure(db.session(), attempt, clock.now())
        db.session.commit()
        raise
    # In the transaction of what is proved: to end it would let the same code be used meanwhile.
    lockout.forget_failures(db.session(), attempt)
    if "@" in account:
        after_this_request(lambda response: remember_device(response, account))
    return answer


def taken(form: Form, field: str, what: str, user: User, prove: Callable[[], object]) -> bool:
    """Take what proves that somebody known is there, and count when it does not.

    A refusal stands beside the field. The user's row is held until the transaction ends.
    """
    users.hold(db.session(), user.id)
    try:
        counted(f"{what} {user.id}", prove)
    except DomainError as refused:
        db.session.rollback()
        form.refuse(refused, field)
        return False
    return True


def network() -> str:
    """The network of this request's client."""
    return network_of(request.remote_addr)


def known_device(account: str) -> str:
    """The device's own mark, if it has signed in to this account within a year; or empty."""
    kept = request.cookies.get(cookie_name(COOKIE, whole_site=False), "")
    try:
        mark, of = serializer().loads(kept, max_age=YEAR_SECONDS)
    except (BadSignature, ValueError):
        return ""
    return str(mark) if of == digest(account) else ""


def remember_device(response: Response, account: str) -> Response:
    """Give the device a mark. It opens nothing: it only keeps it from being taken for a stranger."""
    mark = [known_device(account) or secrets.token_hex(8), digest(account)]
    value = str(serializer().dumps(mark))
    return set_cookie(response, COOKIE, value, seconds=YEAR_SECONDS, path="/compte/")


def digest(account: str) -> str:
    """The account, told to nobody."""
    return lockout.digest(str(current_app.secret_key), account.casefold())[:16]


def serializer() -> URLSafeTimedSerializer:
    """Signs the mark."""
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known-device")
