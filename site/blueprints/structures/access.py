"""Who stands before a structure: somebody signed in, or the guest of a practice.

The two worlds never meet: an invented structure is for its guest alone, a real one for people
signed in. The verbs decide what each may do there; their refusals become answers here.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from flask import Response, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from communaute.blueprints.accounts.access import me, signed_in, with_token
from communaute.blueprints.accounts.guests import cookie, guest
from communaute.domain import audit, clock
from communaute.domain.structures.errors import Forbidden, NotFound, PracticeOver
from communaute.extensions import db
from communaute.models.accounts import User
from communaute.models.siret import SiretChange
from communaute.models.structures import Structure
from communaute.web.rendering import kept_nowhere


# A view that is told who acts: `view(user, **what the address names)`.
View = Callable[..., ResponseReturnValue]


def acting(view: View) -> View:
    """For an address that names a structure (`number`) or a receipt (`code`).

    Its guest when it is invented, otherwise whoever is signed in.
    """
    as_guest, as_person = guest_only(view), person_only(view)

    @wraps(view)
    def asked(**named: Any) -> ResponseReturnValue:  # noqa: ANN401
        structure = structure_named(named)
        # Of a practice that is gone too, while its cookie is there.
        invented = structure.practice_id is not None if structure else cookie() in request.cookies
        if request.method == "POST":
            refuse_stranger(invented)
        return as_guest(**named) if invented else as_person(**named)

    return asked


def refuse_stranger(invented: bool) -> None:
    """Refuse a form sent from the other world, and write it down: no page of ours sends it."""
    visitor, person = guest(), me() if current_user.is_authenticated else None
    here, elsewhere = (visitor, person) if invented else (person, visitor)
    if here is None and elsewhere is not None:
        note_refusal(elsewhere)
        abort(HTTPStatus.FORBIDDEN)


def note_refusal(user: User) -> None:
    """Write down who tried what; nothing else of the request is kept."""
    audit.record_refusal(
        db.session(), "access-refused", now=clock.now(), actor=user.id, target=request.path
    )


def person_only(view: View) -> View:
    """Only for people who are signed in; a form carries its token."""

    @wraps(view)
    def asked(**named: Any) -> ResponseReturnValue:  # noqa: ANN401
        return answered(view, me(), named)

    return cast(View, signed_in(asked))


def guest_only(view: View) -> View:
    """Only the guest of a practice that still lasts; others are told how to open one."""

    @wraps(view)
    def asked(**named: Any) -> ResponseReturnValue:  # noqa: ANN401
        user = guest()
        if user is None:
            return practice_over()
        return answered(view, user, named)

    return cast(View, with_token(asked))


def structure_named(named: dict[str, Any]) -> Structure | None:
    """The structure that an address names, by its number or by a receipt's code."""
    if "number" in named:
        return db.session.get(Structure, named["number"])
    change = db.session.scalar(select(SiretChange).where(SiretChange.code == named["code"]))
    return change.old if change else None


def answered(view: View, user: User, named: dict[str, Any]) -> Response:
    """Call the view; what a verb refused is answered."""
    try:
        answer = make_response(view(user, **named))
    except NotFound:
        undo_all()
        if request.method == "POST":
            note_refusal(user)
        abort(HTTPStatus.NOT_FOUND)
    except Forbidden:
        undo_all()
        abort(HTTPStatus.FORBIDDEN)
    except PracticeOver:
        return practice_over()
    # No cache keeps it, no search engine lists it.
    answer.headers["X-Robots-Tag"] = "noindex"
    return kept_nowhere(answer)


def practice_over() -> Response:
    """Back to the tool that the visitor practises with, which says that it is over."""
    tool = "messages.tool" if request.blueprint == "messages" else "siret.change"
    return make_response(redirect(url_for(tool, fini=1), HTTPStatus.SEE_OTHER))


def undo_all() -> None:
    """A refused act leaves nothing behind; its entry in the audit log is written already."""
    db.session.rollback()
