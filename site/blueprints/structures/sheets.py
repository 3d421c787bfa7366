"""One's structures, and the sheet of one of them with the forms of its managers."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from communaute.blueprints.acting import attempt
from communaute.blueprints.structures import bp
from communaute.blueprints.structures.access import acting, person_only
from communaute.blueprints.structures.forms import (
    ButtonForm,
    ConnectionForm,
    MandateForm,
    ServiceForm,
    SpaceForm,
)
from communaute.blueprints.structures.rendering import page
from communaute.domain import clock
from communaute.domain.structures import listing, managing, people
from communaute.domain.structures.values import ROLE_LABELS, SPACE_LABELS
from communaute.extensions import db, limiter
from communaute.models.accounts import User


LIMIT = "60 per minute; 600 per hour"
# The page of everybody lists the others.
PEOPLE_SHOWN = 20
FORMS: dict[str, type[Form]] = {
    "service": ServiceForm,
    "space": SpaceForm,
    "mandate": MandateForm,
    "connection": ConnectionForm,
}


@bp.get("/")
@person_only
def mine(user: User) -> ResponseReturnValue:
    """The structures one is attached to, or has asked to be."""
    lines = listing.structures_of(db.session(), user)
    return page("mine", user, lines=lines, roles=ROLE_LABELS)


@bp.get("/<int:number>")
@acting
def sheet(user: User, number: int) -> ResponseReturnValue:
    """Everything of a structure that its people may see."""
    return sheet_page(user, number)


def sheet_page(user: User, number: int, refused: Form | None = None, opened: str = "") -> Response:
    """The sheet; `refused` is the form to correct, in the part named `opened`."""
    found = listing.details(db.session(), user, number)
    forms = {
        name: refused if name == opened and isinstance(refused, form) else form(formdata=None)
        for name, form in FORMS.items()
    }
    return page(
        "sheet",
        user,
        refused=refused,
        sheet=found,
        changeable=people.changeable(found, found.people, user),
        forms=forms,
        opened=opened,
        roles=ROLE_LABELS,
        shown=PEOPLE_SHOWN,
        space_kinds={label: kind.value for kind, label in SPACE_LABELS.items()},
    )


def change(
    user: User, number: int, part: str, form: Form, verb: Callable[[], None], said: str
) -> ResponseReturnValue:
    """Try what a form or a button of the sheet asks; lead back to its part, or say what is wrong."""
    if not form.validate() or not attempt(verb, form):
        return sheet_page(user, number, form, part)
    flash(said, "success")
    address = url_for("structures.sheet", number=number, _anchor=f"partie-{part}")
    return redirect(address, HTTPStatus.SEE_OTHER)


@bp.post("/<int:number>/services")
@limiter.limit(LIMIT)
@acting
def services(user: User, number: int) -> ResponseReturnValue:
    """Add a service; or open or close one (`ouvrir`, `fermer`: its code)."""
    here, now = (db.session(), user, number), clock.now()
    button = next((name for name in ("ouvrir", "fermer") if name in request.form), "")
    if button:
        active = button == "ouvrir"
        verb = partial(managing.set_service, *here, request.form[button], active=active, now=now)
        return change(user, number, "service", ButtonForm(), verb, "Le service est modifié.")
    form = ServiceForm()
    verb = partial(managing.add_service, *here, form.code.data or "", form.nom.data or "", now)
    return change(user, number, "service", form, verb, "Le service est ajouté.")


@bp.post("/<int:number>/espaces")
@limiter.limit(LIMIT)
@acting
def spaces(user: User, number: int) -> ResponseReturnValue:
    """Open a space; or close one (`fermer`: its kind)."""
    here, now = (db.session(), user, number), clock.now()
    if "fermer" in request.form:
        verb = partial(managing.close_space, *here, request.form["fermer"], now)
        return change(user, number, "space", ButtonForm(), verb, "L’espace est fermé.")
    form = SpaceForm()
    verb = partial(managing.open_space, *here, form.espace.data or "", now)
    return change(user, number, "space", form, verb, "L’espace est ouvert.")


@bp.post("/<int:number>/mandats")
@limiter.limit(LIMIT)
@acting
def mandates(user: User, number: int) -> ResponseReturnValue:
    """Note a mandate; or forget them (`retirer`)."""
    here, now = (db.session(), user, number), clock.now()
    if "retirer" in request.form:
        verb = partial(managing.remove_mandates, *here, now)
        return change(user, number, "mandate", ButtonForm(), verb, "Le mandat est retiré.")
    form = MandateForm()
    day = form.signe_le.data or clock.today()
    verb = partial(managing.add_mandate, *here, day, today=clock.today(), now=now)
    return change(user, number, "mandate", form, verb, "Le mandat est noté.")


@bp.post("/<int:number>/raccordements")
@limiter.limit(LIMIT)
@acting
def connections(user: User, number: int) -> ResponseReturnValue:
    """Note a connection; or forget one (`retirer`: its kind, `libelle`: its label)."""
    here, now = (db.session(), user, number), clock.now()
    label = request.form.get("libelle", "")
    if "retirer" in request.form:
        verb = partial(managing.remove_connection, *here, request.form["retirer"], label, now)
        return change(user, number, "connection", ButtonForm(), verb, "La ligne est retirée.")
    form = ConnectionForm()
    verb = partial(managing.add_connection, *here, form.genre.data or "", label, now)
    return change(user, number, "connection", form, verb, "La ligne est ajoutée.")
