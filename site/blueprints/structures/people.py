"""Who is attached to a structure: requests and their answers, roles, leaving."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.acting import attempt
from communaute.blueprints.structures import bp
from communaute.blueprints.structures.access import acting
from communaute.blueprints.structures.forms import ButtonForm, DecideForm
from communaute.blueprints.structures.rendering import page
from communaute.domain import clock
from communaute.domain.structures import attaching, listing, parts, people
from communaute.domain.structures.errors import AlreadyDecided, NotFound
from communaute.domain.structures.values import ROLE_LABELS
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.models.structures import MembershipRole
from communaute.web.addresses import row_number
from communaute.wiring import current


LIMIT = "60 per minute; 600 per hour"
NOBODY_TOLD = "Dans l’entraînement, personne n’est prévenu."
TOLD = "La personne est prévenue par courriel."


@bp.get("/<int:number>/demandes")
@acting
def requests(user: User, number: int) -> ResponseReturnValue:
    """Who asks to be attached to this structure."""
    return requests_page(user, number)


def requests_page(
    user: User, number: int, refused: DecideForm | None = None, which: int = 0
) -> Response:
    """The requests that wait, each with its form; `which` is the one to correct."""
    return page(
        "requests",
        user,
        refused=refused,
        which=which,
        sheet=listing.details(db.session(), user, number),
        decide=DecideForm(formdata=None),
    )


@bp.post("/<int:number>/demandes/<int:request_id>")
@limiter.limit(LIMIT)
@acting
def decide(user: User, number: int, request_id: int) -> ResponseReturnValue:
    """Accept or refuse; the person is told by mail."""
    form = DecideForm()
    if not carry_out(user, request_id, form):
        return requests_page(user, number, form, request_id)
    return redirect(url_for("structures.requests", number=number), HTTPStatus.SEE_OTHER)


def carry_out(user: User, request_id: int, form: DecideForm) -> bool:
    """Do what the chosen button says, and flash what came of it; False when the form is refused.

    Raises NotFound, Forbidden.
    """
    verbs = {"accepter": accept, "refuser": refuse}
    verb = verbs.get(request.form.get("decision", "")) or abort(HTTPStatus.BAD_REQUEST)
    told = attempt(partial(verb, user, request_id, form), form)
    if told is None:
        return False
    flash(*told)
    return True


def accept(user: User, request_id: int, _form: DecideForm) -> tuple[str, str]:
    """Attach the person, in the role chosen if the form offered one; what to flash."""
    chosen = request.form.get("role", "")
    role = MembershipRole(chosen) if chosen in set(MembershipRole) else None
    url, now = current.settings().base_url, clock.now()
    try:
        attaching.accept(db.session(), user, request_id, role=role, base_url=url, now=now)
    except AlreadyDecided as decided:
        return str(decided), "info"
    return f"La personne est rattachée. {NOBODY_TOLD if user.is_guest else TOLD}", "success"


def refuse(user: User, request_id: int, form: DecideForm) -> tuple[str, str]:
    """Refuse the request; what to flash."""
    url, now, reason = current.settings().base_url, clock.now(), form.motif.data or ""
    try:
        attaching.refuse(db.session(), user, request_id, reason=reason, base_url=url, now=now)
    except AlreadyDecided as decided:
        return str(decided), "info"
    return f"La demande est refusée. {NOBODY_TOLD if user.is_guest else TOLD}", "success"


@bp.get("/<int:number>/personnes")
@acting
def everybody(user: User, number: int) -> ResponseReturnValue:
    """Everybody who is attached, a page at a time."""
    asked = row_number(request.args.get("page", 1, type=int)) or 1
    sheet = listing.details(db.session(), user, number, people_page=asked)
    return page(
        "everybody",
        user,
        sheet=sheet,
        changeable=people.changeable(sheet, sheet.people, user),
        number=asked,
        pages=-(-sheet.people_count // parts.PEOPLE_SHOWN),
    )


@bp.get("/<int:number>/personnes/<int:membership>")
@acting
def one_person(user: User, number: int, membership: int) -> ResponseReturnValue:
    """One of them: what they are, and what may be changed."""
    return person_page(user, number, membership)


def person_page(
    user: User, number: int, membership: int, refused: ButtonForm | None = None
) -> Response:
    """The page of one person. Raises NotFound."""
    sheet, one = listing.person(db.session(), user, number, membership)
    changeable = people.changeable(sheet, [one], user)
    about = {"sheet": sheet, "one": one, "changeable": changeable, "roles": ROLE_LABELS}
    return page("person", user, refused=refused, **about)


@bp.post("/<int:number>/personnes/<int:membership>")
@limiter.limit(LIMIT)
@acting
def person(user: User, number: int, membership: int) -> ResponseReturnValue:
    """Give a role (`role`), or detach (`detacher`)."""
    form, (verb, said) = ButtonForm(), chosen(user, membership)
    if not attempt(verb, form):
        return person_page(user, number, membership, form)
    flash(said, "success")
    address = url_for("structures.sheet", number=number, _anchor="partie-people")
    try:
        listing.visible(db.session(), user, number)
    except NotFound:  # they have just left this one
        address = url_for("structures.mine")
    return redirect(address, HTTPStatus.SEE_OTHER)


def chosen(user: User, membership: int) -> tuple[Callable[[], object], str]:
    """What the button that was pressed does, and what to say of it."""
    here, now = (db.session(), user, membership), clock.now()
    if "detacher" in request.form:
        return partial(people.detach, *here, now), "La personne n’est plus rattachée."
    if request.form.get("role", "") not in set(MembershipRole):
        abort(HTTPStatus.BAD_REQUEST)
    role = MembershipRole(request.form["role"])
    return partial(people.give_role, *here, role, now), "Le rôle est changé."
