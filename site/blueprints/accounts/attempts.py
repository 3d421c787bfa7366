"""Where an attempt comes from: a device that has signed in before, or a network."""

import secrets
from collections.abc import Callable
from typing import TypeVar

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from communaute.domain import clock
from communaute.domain.accounts import lockout
from communaute.domain.accounts.lockout import Attempt
from communaute.extensions import db
from communaute.web.client_network import network_of
from communaute.web.security import cookie_name


T = TypeVar("T")
COOKIE = "appareil"
YEAR_SECONDS = 365 * 86_400


def refuse_too_many(account: str) -> None:
    """Raise TooManyAttempts when this client must wait."""
    lockout.refuse_too_many(db.session(), attempt(account), clock.now())


def note(account: str) -> None:
    """Count a failure, whatever becomes of the request."""
    lockout.note_failure(db.session(), attempt(account), clock.now())
    db.session.commit()


def forget(account: str) -> None:
    """The owner is here: forget their mistakes, and know their device the next time.

    In the transaction of what they prove: to end it would let the same code be used meanwhile.
    """
    lockout.forget_failures(db.session(), attempt(account))
    if "@" in account:
        after_this_request(lambda response: remember_device(response, account))


def counted(account: str, prove: Callable[[], T]) -> T:
    """Prove who somebody is; failures are counted, and too many of them shut the door for a while.

    Raises TooManyAttempts, and what `prove` raises.
    """
    refuse_too_many(account)
    try:
        answer = prove()
    except lockout.NotProved:
        db.session.rollback()
        note(account)
        raise
    forget(account)
    return answer


def attempt(account: str) -> Attempt:
    """The attempt of this request on an account."""
    secret = str(current_app.secret_key)
    return Attempt.of(secret, account, device=known_device(account), network=network())


def network() -> str:
    """The network of this request's client."""
    return network_of(request.remote_addr)


def known_device(account: str) -> str:
    """The device's own mark, if it has signed in to this account within a year; or empty."""
    try:
        mark, of = serializer().loads(request.cookies.get(cookie(), ""), max_age=YEAR_SECONDS)
    except (BadSignature, ValueError):
        return ""
    return str(mark) if of == digest(account) else ""


def cookie() -> str:
    """The name of the mark's cookie."""
    return cookie_name(COOKIE, whole_site=False)


def remember_device(response: Response, account: str) -> Response:
    """Give the device a mark. It opens nothing: it only keeps it from being taken for a stranger."""
    mark = known_device(account) or secrets.token_hex(8)
    response.set_cookie(
        cookie(),
        serializer().dumps([mark, digest(account)]),
        max_age=YEAR_SECONDS,
        path="/compte/",
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def digest(account: str) -> str:
    """The account, told to nobody."""
    return lockout.digest(str(current_app.secret_key), account.casefold())[:16]


def serializer() -> URLSafeTimedSerializer:
    """Signs the mark."""
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known-device")
