"""Add a structure: declare one that nobody knows, ask to be attached to one that is known."""

from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute import current
from communaute.blueprints.structures import bp
from communaute.blueprints.structures.access import person_only, undo_all
from communaute.blueprints.structures.forms import AttachForm, DeclareForm, LookForm
from communaute.blueprints.structures.rendering import blame, page
from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.domain.siret import InvalidSiret, Siret, read_siret
from communaute.domain.structures import attaching, declaring, parts, sirene
from communaute.domain.structures.errors import (
    AlreadyKnown,
    InvalidEntry,
    NotFound,
    StructureError,
)
from communaute.domain.structures.values import StructureLine
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.models.structures import Nature


LIMIT = "30 per minute; 200 per hour"
# Where a refusal about no field of ours is shown.
BESIDE = {"name": "nom", "message": "message"}


@bp.get("/ajouter")
@limiter.limit(LIMIT)
@person_only
def add(user: User) -> ResponseReturnValue:
    """A SIRET; then the form to declare it, or to be attached to who has it."""
    if "siret" not in request.args:
        return page("look", user, form=LookForm())
    typed = request.args["siret"][:200]
    try:
        siret = declaring.check_number(db.session(), user, typed)
    except AlreadyKnown as known:
        return attach_page(user, AttachForm(siret=typed), known)
    except (InvalidSiret, StructureError) as refused:
        form = LookForm(siret=typed)
        return page("look", user, refused=blame(form, "siret", refused), form=form)
    register = ask_register(siret)
    form = DeclareForm(siret=siret.digits, nom=register.name)
    return page("declare", user, form=form, siret=siret, register=register)


def attach_page(user: User, form: AttachForm, known: AlreadyKnown) -> ResponseReturnValue:
    """The form to be attached to a structure that is known."""
    return page("attach", user, form=form, found=line_of(form.siret.data or ""), said=str(known))


def line_of(typed: str) -> StructureLine | None:
    """The structure of a SIRET, or None."""
    try:
        found = declaring.find(db.session(), read_siret(typed))
    except InvalidSiret:
        return None
    return parts.line(found) if found else None


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
    if not form.validate():
        return declare_page(user, form)
    try:
        siret = declaring.check_number(db.session(), user, form.siret.data or "")
        register = ask_register(siret)
        made = declaring.declare(db.session(), user, declared(form), register, now=clock.now())
    except (InvalidSiret, StructureError) as refused:
        return not_declared(user, form, refused)
    db.session.commit()
    flash("La structure est déclarée. Vous en êtes le gestionnaire principal.", "success")
    return redirect(url_for("structures.sheet", number=made.id), HTTPStatus.SEE_OTHER)


def declared(form: DeclareForm) -> declaring.Declaration:
    """What was typed, as the verb wants it."""
    return declaring.Declaration(
        siret=form.siret.data or "",
        name=form.nom.data or "",
        nature=Nature(form.nature.data),
        local_authority=bool(form.collectivite.data),
        hidden=bool(form.masque.data),
    )


def not_declared(user: User, form: DeclareForm, refused: DomainError) -> ResponseReturnValue:
    """Beside the field; a structure that is known has its own form instead."""
    undo_all()
    if isinstance(refused, AlreadyKnown):
        return attach_page(user, AttachForm(formdata=None, siret=form.siret.data), refused)
    field = refused.field if isinstance(refused, InvalidEntry) else "siret"
    blame(form, BESIDE.get(field, "siret"), refused)
    return declare_page(user, form)


def declare_page(user: User, form: DeclareForm) -> ResponseReturnValue:
    """The form again, with what is to be corrected."""
    return page("declare", user, refused=form, form=form, siret=None, register=None)


@bp.post("/rattachement")
@limiter.limit(LIMIT)
@person_only
def attach(user: User) -> ResponseReturnValue:
    """Ask to be attached; the managers, or an administrator, decide."""
    form, session, url = AttachForm(), db.session(), current.settings().base_url
    typed, message = form.siret.data or "", form.message.data or ""
    try:
        attaching.request_attachment(session, user, typed, message, base_url=url, now=clock.now())
    except (InvalidSiret, StructureError) as refused:
        return not_asked(user, form, refused)
    session.commit()
    flash("Votre demande est envoyée. Vous recevrez la réponse par courriel.", "success")
    return redirect(url_for("structures.mine"), HTTPStatus.SEE_OTHER)


def not_asked(user: User, form: AttachForm, refused: DomainError) -> ResponseReturnValue:
    """What is wrong beside its field; a structure that nobody knows is declared instead."""
    undo_all()
    if isinstance(refused, NotFound):
        return redirect(url_for("structures.add", siret=form.siret.data), HTTPStatus.SEE_OTHER)
    name = BESIDE.get(refused.field, "siret") if isinstance(refused, InvalidEntry) else "siret"
    found = line_of(form.siret.data or "")
    return page("attach", user, refused=blame(form, name, refused), form=form, found=found, said="")
