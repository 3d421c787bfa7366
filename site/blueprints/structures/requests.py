"""Attachment requests: a structure's managers answer, or an administrator where there is none."""

from http import HTTPStatus

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute import current
from communaute.blueprints.structures import bp
from communaute.blueprints.structures.access import acting
from communaute.blueprints.structures.forms import DecideForm
from communaute.blueprints.structures.rendering import blame, page
from communaute.domain import clock
from communaute.domain.structures import attaching, listing
from communaute.domain.structures.errors import AlreadyDecided, InvalidEntry
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.models.structures import MembershipRole


LIMIT = "60 per minute; 600 per hour"


@bp.get("/<int:number>/demandes")
@acting
def requests(user: User, number: int) -> ResponseReturnValue:
    """Who asks to be attached to this structure."""
    return requests_page(user, number)


def requests_page(
    user: User, number: int, refused: DecideForm | None = None, which: int = 0
) -> ResponseReturnValue:
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
    try:
        carry_out(user, request_id, form)
    except InvalidEntry as refused:
        db.session.rollback()
        blame(form, "motif", refused)
        return requests_page(user, number, form, request_id)
    return redirect(url_for("structures.requests", number=number), HTTPStatus.SEE_OTHER)


def carry_out(user: User, request_id: int, form: DecideForm) -> None:
    """Do what the chosen button says, and say so. Raises InvalidEntry, NotFound, Forbidden."""
    acts = {"accepter": accept, "refuser": refuse}
    act = acts.get(request.form.get("decision", "")) or abort(HTTPStatus.BAD_REQUEST)
    try:
        said = act(user, request_id, form)
    except AlreadyDecided as decided:
        db.session.rollback()
        flash(str(decided), "info")
        return
    db.session.commit()
    flash(said, "success")


def accept(user: User, request_id: int, _form: DecideForm) -> str:
    """Attach the person; what to say of it."""
    url, now = current.settings().base_url, clock.now()
    attaching.accept(db.session(), user, request_id, role=role_of(), base_url=url, now=now)
    return f"La personne est rattachée. {told(user)}"


def refuse(user: User, request_id: int, form: DecideForm) -> str:
    """Refuse the request; what to say of it."""
    url, now, reason = current.settings().base_url, clock.now(), form.motif.data or ""
    attaching.refuse(db.session(), user, request_id, reason=reason, base_url=url, now=now)
    return f"La demande est refusée. {told(user)}"


def told(user: User) -> str:
    """Whether the person learns of it: nobody does from a practice."""
    if user.is_guest:
        return "Dans l’entraînement, personne n’est prévenu."
    return "La personne est prévenue par courriel."


def role_of() -> MembershipRole | None:
    """The role chosen, if the form offered one; otherwise the verb gives it."""
    chosen = request.form.get("role", "")
    return MembershipRole(chosen) if chosen in set(MembershipRole) else None
