"""Who is attached to a structure: their roles, and leaving."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.structures import bp
from communaute.blueprints.structures.access import acting
from communaute.blueprints.structures.rendering import page
from communaute.blueprints.structures.sheets import changeable
from communaute.domain import clock
from communaute.domain.structures import listing, people
from communaute.domain.structures.errors import NotFound
from communaute.domain.structures.values import ROLE_LABELS
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.models.structures import MembershipRole


LIMIT = "60 per minute; 600 per hour"


@bp.get("/<int:number>/personnes")
@acting
def everybody(user: User, number: int) -> ResponseReturnValue:
    """Everybody who is attached."""
    sheet = listing.details(db.session(), user, number)
    return page("everybody", user, sheet=sheet, changeable=changeable(sheet, user))


@bp.get("/<int:number>/personnes/<int:membership>")
@acting
def one_person(user: User, number: int, membership: int) -> ResponseReturnValue:
    """One of them: what they are, and what may be changed."""
    return person_page(user, number, membership)


def person_page(user: User, number: int, membership: int, said: str = "") -> Response:
    """The page of one person; 422 with `said` when a rule refused. Raises NotFound."""
    sheet = listing.details(db.session(), user, number)
    one = next((one for one in sheet.people if one.membership_id == membership), None)
    if one is None:
        raise NotFound("Cette personne n’est plus rattachée à la structure.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if said else None
    return page(
        "person",
        user,
        status=status,
        sheet=sheet,
        one=one,
        changeable=changeable(sheet, user),
        said=said,
        roles=ROLE_LABELS,
    )


@bp.post("/<int:number>/personnes/<int:membership>")
@limiter.limit(LIMIT)
@acting
def person(user: User, number: int, membership: int) -> ResponseReturnValue:
    """Give a role (`role`), or detach (`detacher`)."""
    act, said = chosen(user, membership)
    try:
        act()
    except people.LastPrincipal as refused:
        db.session.rollback()
        return person_page(user, number, membership, str(refused))
    db.session.commit()
    flash(said, "success")
    return redirect(after(user, number), HTTPStatus.SEE_OTHER)


def chosen(user: User, membership: int) -> tuple[Callable[[], object], str]:
    """What the button that was pressed does, and what to say of it."""
    here, now = (db.session(), user, membership), clock.now()
    if "detacher" in request.form:
        return partial(people.detach, *here, now), "La personne n’est plus rattachée."
    if request.form.get("role", "") not in set(MembershipRole):
        abort(HTTPStatus.BAD_REQUEST)
    role = MembershipRole(request.form["role"])
    return partial(people.give_role, *here, role, now), "Le rôle est changé."


def after(user: User, number: int) -> str:
    """Back to the sheet; to one's structures for who has just left this one."""
    try:
        listing.visible(db.session(), user, number)
    except NotFound:
        return url_for("structures.mine")
    return url_for("structures.sheet", number=number, _anchor="partie-people")
