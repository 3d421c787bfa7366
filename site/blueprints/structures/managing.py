"""What managers change on the sheet of their structure; each form comes back with what is wrong."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from communaute.blueprints.structures import bp
from communaute.blueprints.structures.access import acting
from communaute.blueprints.structures.forms import (
    ConnectionForm,
    MandateForm,
    ServiceForm,
    SpaceForm,
)
from communaute.blueprints.structures.rendering import blame
from communaute.blueprints.structures.sheets import sheet_page
from communaute.domain import clock
from communaute.domain.structures import managing
from communaute.domain.structures.errors import InvalidEntry, Replaced
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.web.dates import iso_day


LIMIT = "60 per minute; 600 per hour"
# What a verb calls a thing typed, and the field of our forms.
FIELDS = {"code": "code", "name": "nom", "signed_on": "signe_le", "label": "libelle"}


def filled(
    user: User, number: int, part: str, form: Form, act: Callable[[], None], said: str
) -> ResponseReturnValue:
    """Call a verb with what a form says; lead back to the sheet, at that part."""
    try:
        if not form.validate():
            return sheet_page(user, number, form, part)
        act()
    except InvalidEntry as refused:
        db.session.rollback()
        names = {"space": {"kind": "espace"}, "connection": {"kind": "genre"}}.get(part, {})
        blame(form, (FIELDS | names)[refused.field], refused)
        return sheet_page(user, number, form, part)
    except Replaced as refused:
        db.session.rollback()
        return sheet_page(user, number, said=str(refused))
    return done(number, said, part)


def done(number: int, said: str, part: str) -> ResponseReturnValue:
    """Keep it, say it, go back where one was."""
    db.session.commit()
    flash(said, "success")
    address = url_for("structures.sheet", number=number, _anchor=f"partie-{part}")
    return redirect(address, HTTPStatus.SEE_OTHER)


def pressed(
    user: User, number: int, part: str, act: Callable[[], object], said: str
) -> ResponseReturnValue:
    """Call a verb for a button that asks for nothing else."""
    try:
        act()
    except Replaced as refused:
        db.session.rollback()
        return sheet_page(user, number, said=str(refused))
    return done(number, said, part)


@bp.post("/<int:number>/services")
@limiter.limit(LIMIT)
@acting
def services(user: User, number: int) -> ResponseReturnValue:
    """Add a service; or open or close one (`ouvrir`, `fermer`: its code)."""
    here = (db.session(), user, number)
    button = next((name for name in ("ouvrir", "fermer") if name in request.form), "")
    if button:
        code, active = request.form[button], button == "ouvrir"
        act = partial(managing.set_service, *here, code, active=active, now=clock.now())
        return pressed(user, number, "service", act, "Le service est modifié.")
    form = ServiceForm()
    code, label = form.code.data or "", form.nom.data or ""
    act = partial(managing.add_service, *here, code, label, clock.now())
    return filled(user, number, "service", form, act, "Le service est ajouté.")


@bp.post("/<int:number>/espaces")
@limiter.limit(LIMIT)
@acting
def spaces(user: User, number: int) -> ResponseReturnValue:
    """Open a space; or close one (`fermer`: its kind)."""
    here, now = (db.session(), user, number), clock.now()
    if "fermer" in request.form:
        act = partial(managing.close_space, *here, request.form["fermer"], now)
        return pressed(user, number, "space", act, "L’espace est fermé.")
    form = SpaceForm()
    act = partial(managing.open_space, *here, form.espace.data or "", now)
    return filled(user, number, "space", form, act, "L’espace est ouvert.")


@bp.post("/<int:number>/mandats")
@limiter.limit(LIMIT)
@acting
def mandates(user: User, number: int) -> ResponseReturnValue:
    """Note a mandate; or forget them (`retirer`)."""
    here, now = (db.session(), user, number), clock.now()
    if "retirer" in request.form:
        act = partial(managing.remove_mandates, *here, now)
        return pressed(user, number, "mandate", act, "Le mandat est retiré.")
    form = MandateForm()
    day = iso_day(form.signe_le.data or "")
    act = partial(managing.add_mandate, *here, day, today=clock.today(), now=now)
    return filled(user, number, "mandate", form, act, "Le mandat est noté.")


@bp.post("/<int:number>/raccordements")
@limiter.limit(LIMIT)
@acting
def connections(user: User, number: int) -> ResponseReturnValue:
    """Note a connection; or forget one (`retirer`: its kind, `libelle`: its label)."""
    here, now = (db.session(), user, number), clock.now()
    label = request.form.get("libelle", "")
    if "retirer" in request.form:
        act = partial(managing.remove_connection, *here, request.form["retirer"], label, now)
        return pressed(user, number, "connection", act, "La ligne est retirée.")
    form = ConnectionForm()
    act = partial(managing.add_connection, *here, form.genre.data or "", label, now)
    return filled(user, number, "connection", form, act, "La ligne est ajoutée.")
