"""Add a structure: declare one that nobody knows, ask to be attached to one that is known."""

from functools import partial
from http import HTTPStatus

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.acting import attempt, blame
from communaute.blueprints.structures import bp
from communaute.blueprints.structures.access import person_only
from communaute.blueprints.structures.forms import AttachForm, DeclareForm, LookForm
from communaute.blueprints.structures.rendering import page
from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.domain.structures import attaching, declaring, parts, sirene
from communaute.domain.structures.errors import AlreadyKnown, NotFound
from communaute.domain.structures.numbers import Siret
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.models.structures import Nature, Structure
from communaute.wiring import current


LIMIT = "30 per minute; 200 per hour"


@bp.get("/ajouter")
@limiter.limit(LIMIT)
@person_only
def add(user: User) -> ResponseReturnValue:
    """A SIRET; then the form to declare it, or to be attached to the structure that has it."""
    form = LookForm(request.args)
    if "siret" not in request.args:
        return page("look", user, form=LookForm())
    if not form.validate():
        return page("look", user, refused=form, form=form)
    try:
        siret = declaring.check_number(db.session(), user, form.siret.data or "")
    except AlreadyKnown as known:
        return attach_page(user, AttachForm(siret=form.siret.data), str(known))
    except DomainError as refused:
        blame(form, refused)
        return page("look", user, refused=form, form=form)
    register = ask_register(siret)
    form = DeclareForm(siret=siret.digits, nom=register.name)
    return page("declare", user, form=form, siret=siret, register=register)


def ask_register(siret: Siret) -> sirene.Answer:
    """What the public register says; while it is awaited, no lock is held."""
    db.session.rollback()
    return sirene.ask(current.settings().sirene_url, siret)


@bp.post("/ajouter")
@limiter.limit(LIMIT)
@person_only
def declare(user: User) -> ResponseReturnValue:
    """Declare it: who declares is its principal manager."""
    form = DeclareForm()
    made = attempt(partial(declared, user, form), form) if form.validate() else None
    if isinstance(made, AlreadyKnown):
        return attach_page(user, AttachForm(formdata=None, siret=form.siret.data), str(made))
    if made is None:
        return page("declare", user, refused=form, form=form, siret=None, register=None)
    flash("La structure est déclarée. Vous en êtes le gestionnaire principal.", "success")
    return redirect(url_for("structures.sheet", number=made.id), HTTPStatus.SEE_OTHER)


def declared(user: User, form: DeclareForm) -> Structure | AlreadyKnown:
    """Declare what was typed; or that it is known, for which there is another form."""
    declaration = declaring.Declaration(
        siret=form.siret.data or "",
        name=form.nom.data or "",
        nature=Nature(form.nature.data),
        local_authority=bool(form.collectivite.data),
        hidden=bool(form.masque.data),
    )
    try:
        register = ask_register(declaring.check_number(db.session(), user, declaration.siret))
        return declaring.declare(db.session(), user, declaration, register, now=clock.now())
    except AlreadyKnown as known:
        return known


@bp.post("/rattachement")
@limiter.limit(LIMIT)
@person_only
def attach(user: User) -> ResponseReturnValue:
    """Ask to be attached; a structure that nobody knows is declared instead."""
    form, url = AttachForm(), current.settings().base_url
    asked = (form.siret.data or "", form.message.data or "")
    verb = partial(attaching.request_attachment, db.session(), user, *asked, base_url=url)
    try:
        if not form.validate() or not attempt(partial(verb, now=clock.now()), form):
            return attach_page(user, form, refused=form)
    except NotFound:
        return redirect(url_for("structures.add", siret=asked[0]), HTTPStatus.SEE_OTHER)
    flash("Votre demande est envoyée. Vous recevrez la réponse par courriel.", "success")
    return redirect(url_for("structures.mine"), HTTPStatus.SEE_OTHER)


def attach_page(
    user: User, form: AttachForm, said: str = "", refused: AttachForm | None = None
) -> Response:
    """The form to be attached to a structure that is known."""
    found = declaring.find(db.session(), Siret(form.siret.data or ""))
    line = parts.line(found) if found else None
    return page("attach", user, refused=refused, form=form, found=line, said=said)
