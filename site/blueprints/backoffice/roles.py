"""Who may do what on the site: given and taken by an administrator, the person told."""

from functools import partial

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.validators import InputRequired

from communaute.blueprints.accounts.access import me, role_required_lately
from communaute.blueprints.accounts.forms import address_field
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.acting import attempt
from communaute.blueprints.backoffice import bp
from communaute.domain import clock
from communaute.domain.accounts import roles, staff
from communaute.extensions import db, limiter
from communaute.models.accounts import Role, User


class RoleForm(FlaskForm):
    """An account and a role."""

    courriel = address_field("Adresse de connexion")
    role = RadioField(
        "Rôle",
        [InputRequired("Choisissez un rôle.")],
        choices=[(role.value, label) for role, label in roles.LABELS.items()],
    )


@bp.get("/roles")
@role_required_lately(Role.ADMINISTRATOR)
def who() -> ResponseReturnValue:
    """Who has a role, and the form that gives one."""
    return shown(RoleForm())


@bp.post("/roles")
@limiter.limit("20 per minute; 100 per hour")
@role_required_lately(Role.ADMINISTRATOR)
def give() -> ResponseReturnValue:
    """Give a role to the account of an address."""
    form = RoleForm()
    if form.validate_on_submit() and given(form):
        flash("Le rôle est donné. Un courriel prévient la personne.", "success")
        return redirect(url_for("backoffice.who"))
    return shown(form)


@bp.post("/roles/<int:number>/retirer")
@limiter.limit("20 per minute; 100 per hour")
@role_required_lately(Role.ADMINISTRATOR)
def take(number: int) -> ResponseReturnValue:
    """Take a role away from an account."""
    person = db.session.get(User, number)
    if person is None or request.form.get("role") not in list(Role):
        abort(404)
    role, actor = Role(request.form["role"]), me().id
    verb = partial(roles.withdraw, db.session(), person, role, now=clock.now(), actor=actor)
    if attempt(verb) is not None:
        flash("Le rôle est retiré. Un courriel prévient la personne.", "success")
    return redirect(url_for("backoffice.who"))


def shown(form: RoleForm) -> ResponseReturnValue:
    """The page."""
    return page(
        "backoffice/roles.html", form=form, staff=staff.everybody(db.session()), labels=roles.LABELS
    )


def given(form: RoleForm) -> bool:
    """Call the verb; a refusal stands beside the address."""
    address, role = form.courriel.data or "", Role(form.role.data)
    verb = partial(staff.give, db.session(), address, role, now=clock.now(), actor=me().id)
    return attempt(verb, form, "courriel") is not None
