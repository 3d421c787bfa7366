"""What was searched and what became of it: the worst first, and wordings that lead better."""

from functools import partial

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.exc import SQLAlchemyError
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from communaute.blueprints.accounts.access import role_required, with_token
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.acting import attempt
from communaute.blueprints.search import bp
from communaute.blueprints.search.asking import Asked
from communaute.blueprints.search.finding import find
from communaute.domain import clock
from communaute.domain import search as searches
from communaute.extensions import csrf, db, limiter
from communaute.models.accounts import Role
from communaute.models.search import SearchWording
from communaute.web.security import refuse_cross_site
from communaute.wiring import current


MOST_ROWS = 50
# They are few once copied into the content, as the page asks.
MOST_WORDINGS = 200
ACTS = ("vue", "clic", "encore")


class WordingForm(FlaskForm):
    """Words, and the address they must lead to."""

    texte = StringField(
        "Ce que l’on tape",
        [InputRequired("Tapez les mots."), Length(max=200, message="200 caractères au plus.")],
    )
    adresse = StringField(
        "Adresse de la page",
        [InputRequired("Donnez une adresse, comme /guides/deposer-une-facture.")],
    )


@bp.post("/recherche/suivi")
@csrf.exempt
@limiter.limit("60 per minute; 1000 per day")
def follow() -> ResponseReturnValue:
    """Count what became of a search: its results seen, one opened, or searched again. No person."""
    refuse_cross_site()
    act = request.form.get("acte", "")
    if act not in ACTS:
        abort(422)
    rank = request.form.get("rang", 0, type=int) if act == "clic" else 0
    count = partial(searches.note_use, db.session(), request.form.get("q", ""), rank=rank)
    try:
        count(again=act == "encore", key=current.settings().secret_key, today=clock.today())
        db.session.commit()
    except SQLAlchemyError:
        db.session.rollback()  # a count missed is worth no error
    return "", 204


@bp.get("/gestion/recherches")
@role_required(Role.ADMINISTRATOR, Role.EDITOR)
def manage() -> ResponseReturnValue:
    """The searches, the worst served first; what `q` leads to now, ready to be led elsewhere."""
    typed = request.args.get("q", "")
    found = find(Asked(query=typed)).found[:3] if typed else ()
    return shown(WordingForm(formdata=None, texte=typed), found=found)


@bp.post("/gestion/recherches")
@limiter.limit("60 per minute; 600 per hour")
@role_required(Role.ADMINISTRATOR, Role.EDITOR)
@with_token
def add() -> ResponseReturnValue:
    """Add a wording."""
    form = WordingForm()
    if form.validate_on_submit() and attempt(partial(wording_of, form), form) is not None:
        flash(
            "La formulation est ajoutée : elle compte à la prochaine construction de l’index.",
            "success",
        )
        return redirect(url_for("search.manage"))
    return shown(form)


def wording_of(form: WordingForm) -> SearchWording:
    """The wording that the form adds, if its address is a page or a tool."""
    address = (form.adresse.data or "").strip()
    known = {*current.content().pages, *current.content().tool_addresses.values()}
    if address not in known and address.partition("#")[0] not in known:
        raise searches.WordingRefused(f"Aucune page n’a l’adresse « {address} ».")
    return searches.add_wording(db.session(), form.texte.data or "", address, today=clock.today())


@bp.post("/gestion/recherches/<int:number>/retirer")
@limiter.limit("60 per minute; 600 per hour")
@role_required(Role.ADMINISTRATOR, Role.EDITOR)
@with_token
def remove(number: int) -> ResponseReturnValue:
    """Take a wording away."""
    wording = db.session.get(SearchWording, number) or abort(404)
    db.session.delete(wording)
    db.session.commit()
    return redirect(url_for("search.manage"))


def shown(form: WordingForm, found: object = ()) -> ResponseReturnValue:
    """The page."""
    session = db.session()
    return page(
        "search/management.html",
        form=form,
        found=found,
        worst=searches.worst_searches(session, MOST_ROWS),
        missed=searches.missed_searches(session, MOST_ROWS),
        wordings=searches.wordings(session, MOST_WORDINGS),
        wording_count=searches.wording_count(session),
    )
