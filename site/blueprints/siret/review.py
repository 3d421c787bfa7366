"""The page that is checked before anything is done, and the act itself."""

from http import HTTPStatus

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.siret import bp, walkthrough
from communaute.blueprints.siret.change import ADDRESS
from communaute.blueprints.siret.forms import ConfirmForm
from communaute.blueprints.siret.showing import LAST, address_of, shown, stopped
from communaute.blueprints.structures.access import acting, undo_all
from communaute.domain import clock
from communaute.domain.siret import changing, errors
from communaute.domain.structures import sirene
from communaute.domain.structures.numbers import InvalidSiret, read_siret
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.wiring import current


# Refusals about the structure or the person; the others are about what was typed.
ABOUT_STRUCTURE = (
    errors.AlreadyReplaced,
    errors.NotManager,
    errors.LocalAuthority,
    errors.Inactive,
)


@bp.get(f"{ADDRESS}/<int:number>/relecture")
@acting
def review(user: User, number: int) -> ResponseReturnValue:
    """Before and after, side by side; what follows, what is to be redone, what stays."""
    at = walkthrough.reached(user, number)
    if at <= LAST:
        return walkthrough.forward(user, number, at)
    return review_page(user, number)


def review_page(user: User, number: int) -> ResponseReturnValue:
    """The page; back to the step that is wrong when what was typed no longer holds."""
    typed = walkthrough.kept(user, number)
    siret, day = typed.get(walkthrough.SIRET, ""), typed.get(walkthrough.DAY, "")
    try:
        found = changing.preview(db.session(), user, number, siret, day, today=clock.today())
    except (InvalidSiret, errors.ChangeRefused) as refused:
        return refused_page(user, number, refused)
    form = ConfirmForm(siret=found.new_siret.digits, date_effet=found.effective_on.isoformat())
    return shown("review", user, number, preview=found, form=form)


@bp.post(f"{ADDRESS}/<int:number>/relecture")
@limiter.limit(walkthrough.LIMIT)
@acting
def confirm(user: User, number: int) -> ResponseReturnValue:
    """Do what the page showed, once; lead to the receipt."""
    form = ConfirmForm()
    siret, day = form.siret.data or "", form.date_effet.data or ""
    register = ask_register(user, siret)
    today, now = clock.today(), clock.now()
    try:
        done = changing.change(
            db.session(), user, number, siret, day, register, today=today, now=now
        )
    except (InvalidSiret, errors.ChangeRefused) as refused:
        undo_all()
        return refused_page(user, number, refused)
    db.session.commit()
    return redirect(url_for("siret.receipt", code=done.code, fait=1), HTTPStatus.SEE_OTHER)


def ask_register(user: User, typed: str) -> sirene.Answer:
    """What the public register says of a real SIRET; while it is awaited, no lock is held."""
    if user.is_guest:
        return sirene.NOT_ASKED
    try:
        siret = read_siret(typed)
    except InvalidSiret:
        return sirene.NOT_ASKED
    db.session.rollback()
    return sirene.ask(current.settings().sirene_url, siret)


def refused_page(
    user: User, number: int, refused: InvalidSiret | errors.ChangeRefused
) -> Response | ResponseReturnValue:
    """Beside the field when it is about what was typed; a page of its own otherwise."""
    if isinstance(refused, ABOUT_STRUCTURE):
        return stopped(user, number, refused)
    address = address_of(user, number, walkthrough.SIRET_STEP)
    return redirect(f"{address}?relire=1", HTTPStatus.SEE_OTHER)
