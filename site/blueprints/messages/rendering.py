"""Pages of messages: whose structure this is, whether it is invented, and who may write."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from wtforms import Form

from communaute.blueprints.accounts.access import ask_again, is_recent
from communaute.blueprints.messages.forms import ButtonForm
from communaute.domain import clock
from communaute.domain.messages import inbox
from communaute.domain.messages import practice as practising
from communaute.domain.messages.values import FEWEST
from communaute.domain.structures import access, parts, practice
from communaute.extensions import db
from communaute.models.accounts import User
from communaute.models.structures import Structure
from communaute.web.errors import drain
from communaute.web.rendering import render
from communaute.wiring import current


ADDRESS = "/outils/messages"
LIMIT = "120 per minute; 1200 per hour"
# Three files, what is typed and what is around them.
LARGEST_BODY = 31 * 1024 * 1024
View = Callable[..., ResponseReturnValue]


def page(
    state: str,
    user: User,
    number: int,
    *,
    refused: Form | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    **context: Any,  # noqa: ANN401
) -> Response:
    """A page of one structure; 422 when `refused` is a form to correct."""
    session, now = db.session(), clock.now()
    structure = session.get_one(Structure, number)
    return render(
        f"messages/{state}.html",
        "part",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused is not None else status,
        tool=current.tools()["messages"],
        here=parts.line(structure),
        practice=practice.state(session, user, now) if user.is_guest else None,
        other_side=practising.other_side(session, user) if user.is_guest else None,
        writes=access.manages(session, user, number) is not None,
        unread=inbox.unread_of(session, user, [number], now)[number],
        refused=refused,
        button=ButtonForm(formdata=None),
        fewest=FEWEST,
        today=clock.today(),
        **context,
    )


def proved(view: View) -> View:
    """Only someone who gave their password or passkey lately: a stolen session writes to nobody. A guest has none."""

    @wraps(view)
    def asked(user: User, **named: Any) -> ResponseReturnValue:  # noqa: ANN401
        if user.is_guest or is_recent():
            return view(user, **named)
        return cast(ResponseReturnValue, ask_again())

    return asked


def roomy(view: View) -> View:
    """Let a form carry files: said before anything reads it, its token included."""

    @wraps(view)
    def asked(**named: Any) -> ResponseReturnValue:  # noqa: ANN401
        request.max_content_length = LARGEST_BODY
        if (request.content_length or 0) > LARGEST_BODY:
            drain()
            abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return view(**named)

    return asked
