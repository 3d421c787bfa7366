"""Who proves who they are, and from where: failures are counted, by the network or the device."""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, request

from communaute.blueprints.accounts import devices
from communaute.blueprints.accounts.forms import Form
from communaute.domain import clock
from communaute.domain.accounts import lockout, second_factor, users
from communaute.domain.accounts.lockout import Attempt, What
from communaute.domain.errors import DomainError
from communaute.extensions import db
from communaute.models.accounts import User
from communaute.web.client_network import network_of
from communaute.wiring import current


T = TypeVar("T")


def counted(what: What, address: str, prove: Callable[[], T], user: User | None = None) -> T:
    """Prove who somebody is; failures are counted, and too many of them shut the door for a while.

    A failure is written in the transaction that has counted those before: of codes tried at once,
    each is counted. Raises TooManyAttempts, and what `prove` raises.
    """
    session, now, secret = db.session(), clock.now(), str(current_app.secret_key)
    attempt = Attempt.of(secret, what, address, device=devices.known(address), network=network())
    lockout.refuse_too_many(session, attempt, now)
    try:
        with session.begin_nested():
            answer = prove()
    except lockout.NotProved:
        lockout.note_failure(session, attempt, now)
        if user is not None:
            second_factor.warn(current.context(), user, attempt)
        session.commit()
        raise
    # In the transaction of what is proved: to end it would let the same code be used meanwhile.
    lockout.forget_failures(session, attempt)
    return answer


def taken(form: Form, field: str, what: What, user: User, prove: Callable[[], object]) -> bool:
    """Take what proves that somebody known is there, and count when it does not.

    A refusal stands beside the field. The user's row is held until the transaction ends.
    """
    users.hold(db.session(), user.id)
    try:
        counted(what, user.email, prove, user)
    except DomainError as refused:
        db.session.rollback()
        form.refuse(refused, field)
        return False
    return True


def network() -> str:
    """The network of this request's client."""
    return network_of(request.remote_addr)
