"""The receipt: a page that can be opened again, a PDF, reminders; undone in practice only."""

from http import HTTPStatus

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from communaute import current
from communaute.blueprints.siret import bp
from communaute.blueprints.siret.change import ADDRESS
from communaute.blueprints.siret.forms import NextForm
from communaute.blueprints.siret.reminders import calendar_of
from communaute.blueprints.siret.showing import shown
from communaute.blueprints.siret.walkthrough import LIMIT
from communaute.blueprints.structures.access import acting, undo_all
from communaute.domain import clock
from communaute.domain.siret import changing, ticks
from communaute.domain.siret.errors import ChangeRefused
from communaute.domain.siret.receipt import receipt as read
from communaute.domain.siret.values import Receipt
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.web.pdf import render_pdf, warm_up
from communaute.web.sheets import style


RECEIPT = f"{ADDRESS}/recu/<code>"
PDF_LIMIT = "30 per minute; 300 per hour"
SHEETS = ("report.css", "receipt.css")


@bp.get(RECEIPT)
@acting
def receipt(user: User, code: str) -> ResponseReturnValue:
    """What was done and what is left to do; the same at each visit, but for the ticks."""
    return receipt_page(user, code)


def receipt_page(user: User, code: str, refused: str = "") -> Response:
    """The page of a receipt; 422 with a sentence when an act on it was refused."""
    found = read(db.session(), user, code)
    warm_up(style(*SHEETS))
    return shown(
        "receipt",
        user,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        receipt=found,
        done=ticks.done(db.session(), code),
        just="fait" in request.args,
        refused=refused,
        form=NextForm(),
    )


@bp.post(f"{RECEIPT}/a-faire")
@limiter.limit(LIMIT)
@acting
def tick(user: User, code: str) -> ResponseReturnValue:
    """Keep what is ticked, for everybody who may read the receipt."""
    found = read(db.session(), user, code)
    numbers = {todo.number for todo in found.todo}
    ticked = {int(n) for n in request.form.getlist("fait") if n.isdecimal() and len(n) < 4}
    ticks.keep(db.session(), code, ticked & numbers, clock.now())
    db.session.commit()
    return redirect(url_for("siret.receipt", code=code) + "#a-faire", HTTPStatus.SEE_OTHER)


@bp.post(f"{RECEIPT}/annuler")
@limiter.limit(LIMIT)
@acting
def undo(user: User, code: str) -> ResponseReturnValue:
    """In practice only: as if nothing had been done."""
    try:
        changing.undo(db.session(), user, code, now=clock.now())
    except ChangeRefused as refused:
        undo_all()
        return receipt_page(user, code, str(refused))
    db.session.commit()
    flash("Le changement est annulé. Tout est comme avant.", "success")
    return redirect(url_for("siret.exercise"), HTTPStatus.SEE_OTHER)


@bp.get(f"{RECEIPT}.pdf")
@limiter.limit(PDF_LIMIT)
@acting
def receipt_pdf(user: User, code: str) -> ResponseReturnValue:
    """The receipt on paper."""
    found = read(db.session(), user, code)
    html = render_template(
        "siret/receipt_pdf.html", receipt=found, site=current.settings(), now=clock.now()
    )
    return attached(render_pdf(html, style(*SHEETS)), "application/pdf", f"recu-{code}.pdf")


@bp.get(f"{RECEIPT}.ics")
@limiter.limit(PDF_LIMIT)
@acting
def receipt_ics(user: User, code: str) -> ResponseReturnValue:
    """The reminders, for a calendar."""
    found: Receipt = read(db.session(), user, code)
    address = url_for("siret.receipt", code=code)
    content = calendar_of(found, current.settings().base_url + address)
    return attached(content, "text/calendar; charset=utf-8", f"rappels-{code}.ics")


def attached(content: bytes, content_type: str, name: str) -> Response:
    """A file to keep. The code is ours: nothing typed is repeated in a header."""
    response = make_response(content)
    response.headers["Content-Type"] = content_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
