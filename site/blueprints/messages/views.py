"""The tool: what it is for, one's structures, and its practice."""

from http import HTTPStatus

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from communaute.blueprints.accounts.access import me
from communaute.blueprints.messages import bp
from communaute.blueprints.messages.rendering import ADDRESS
from communaute.blueprints.structures import practising
from communaute.blueprints.structures.access import guest_only
from communaute.domain import clock
from communaute.domain.messages import inbox
from communaute.domain.messages.practice import fill
from communaute.domain.structures import practice
from communaute.domain.structures.listing import structures_of
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.models.structures import MembershipState
from communaute.web.rendering import kept_nowhere, render, wants_fragment
from communaute.web.security import refuse_cross_site
from communaute.wiring import current


@bp.get(ADDRESS)
def tool() -> ResponseReturnValue:
    """One's structures with what is unread; for a visitor, what it is and where to practise."""
    return tool_page()


def tool_page(refused: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
    """The tool's own page, or its fragment inside another."""
    response = render(
        "messages/tool.html",
        "tool",
        status=status,
        tool=current.tools()["messages"],
        level=4 if wants_fragment() else 2,
        person=me() if current_user.is_authenticated else None,
        own=own_structures(),
        running=practising.running(),
        over="fini" in request.args,
        refused=refused,
    )
    return kept_nowhere(response)


def own_structures() -> list[tuple[object, int]]:
    """The structures of whoever is signed in, with how many messages are unread in each."""
    if not current_user.is_authenticated:
        return []
    lines = structures_of(db.session(), me())
    own = [one for one in lines if one.state is MembershipState.ACTIVE]
    unread = inbox.unread_of(db.session(), me(), [one.structure.id for one in own], clock.now())
    return [(one, unread[one.structure.id]) for one in own]


@bp.post(f"{ADDRESS}/entrainement/ouvrir")
@limiter.limit("40 per minute; 120 per hour")
def begin() -> ResponseReturnValue:
    """« S'exercer sans compte »: an invented public company and its suppliers, for 24 hours."""
    refuse_cross_site()
    now = clock.now()
    user = practising.opened(tool_page, now)
    if isinstance(user, Response):
        return user
    company = fill(db.session(), user, now)
    db.session.commit()
    return redirect(url_for(".sent_list", number=company.id), HTTPStatus.SEE_OTHER)


@bp.get(f"{ADDRESS}/entrainement")
@guest_only
def exercise(user: User) -> ResponseReturnValue:
    """The invented company's messages."""
    company = practice.state(db.session(), user, clock.now()).structure.id
    return redirect(url_for(".sent_list", number=company), HTTPStatus.SEE_OTHER)


@bp.post(f"{ADDRESS}/entrainement/recommencer")
@limiter.limit("60 per minute; 600 per hour")
@guest_only
def start_again(user: User) -> ResponseReturnValue:
    """Put the invented company and its messages back as they were."""
    practice.reset(db.session(), user, clock.now())
    company = fill(db.session(), user, clock.now())
    db.session.commit()
    flash("Tout est remis à zéro : l’entreprise inventée est comme au début.", "success")
    return redirect(url_for(".sent_list", number=company.id), HTTPStatus.SEE_OTHER)


@bp.post(f"{ADDRESS}/entrainement/quitter")
@limiter.limit("20 per minute; 200 per hour")
@guest_only
def stop(user: User) -> ResponseReturnValue:
    """Erase the practice now, and its cookie."""
    practising.close(user)
    return redirect(url_for(".tool", fini=1), HTTPStatus.SEE_OTHER)
