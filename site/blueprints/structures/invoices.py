"""The invoices of a structure, and the story of each in plain words."""

from http import HTTPStatus

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.structures import bp
from communaute.blueprints.structures.access import acting
from communaute.blueprints.structures.forms import StatusForm
from communaute.blueprints.structures.rendering import blame, page
from communaute.domain import clock
from communaute.domain.structures import lifecycle, listing
from communaute.domain.structures.errors import ImpossibleStatus, NotFound, ReasonMissing
from communaute.domain.structures.timeline import change_status, timeline
from communaute.domain.structures.values import Timeline
from communaute.extensions import db, limiter
from communaute.models.accounts import User


@bp.get("/<int:number>/factures")
@acting
def invoices(user: User, number: int) -> ResponseReturnValue:
    """The invoices sent and received, the latest first; only the open ones with `en-cours=1`."""
    session, open_only = db.session(), request.args.get("en-cours") == "1"
    asked = request.args.get("page", "1")
    at = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
    found = listing.invoices_of(session, user, number, open_only=open_only, page=max(at, 1))
    sheet = listing.details(session, user, number)
    return page("invoices", user, sheet=sheet, found=found, open_only=open_only)


@bp.get("/<int:number>/factures/<int:invoice>")
@acting
def one(user: User, number: int, invoice: int) -> ResponseReturnValue:
    """One invoice, from its first step to what comes next."""
    return invoice_page(user, number, invoice)


@bp.post("/<int:number>/factures/<int:invoice>")
@limiter.limit("60 per minute; 600 per hour")
@acting
def give_status(user: User, number: int, invoice: int) -> ResponseReturnValue:
    """Give it another status; a reason is asked for where one is compulsory."""
    form = StatusForm()
    told_from(user, number, invoice)
    if not form.validate():
        return invoice_page(user, number, invoice, form)
    status, reason = form.statut.data, form.motif.data or ""
    try:
        change_status(db.session(), user, invoice, status, reason, now=clock.now())
    except ReasonMissing as refused:
        return invoice_page(user, number, invoice, blamed(form, "motif", refused))
    except ImpossibleStatus as refused:
        return invoice_page(user, number, invoice, blamed(form, "statut", refused))
    db.session.commit()
    label = lifecycle.status(status).label
    flash(f"La facture est maintenant au statut «\u202f{label}\u202f».", "success")
    return redirect(url_for(".one", number=number, invoice=invoice), HTTPStatus.SEE_OTHER)


def told_from(user: User, number: int, invoice: int) -> Timeline:
    """The invoice's story, if it is an invoice of that structure. Raises NotFound."""
    told = timeline(db.session(), user, invoice)
    if number not in (told.invoice.sender.id, told.invoice.recipient.id):
        raise NotFound("Cette facture n’est pas de cette structure.")
    return told


def blamed(form: StatusForm, name: str, refused: ImpossibleStatus | ReasonMissing) -> StatusForm:
    """The form, with what the verb refused."""
    db.session.rollback()
    blame(form, name, refused)
    return form


def invoice_page(
    user: User, number: int, invoice: int, refused: StatusForm | None = None
) -> Response:
    """The page of an invoice, as seen from one of its structures."""
    session = db.session()
    told = told_from(user, number, invoice)
    return page(
        "invoice",
        user,
        refused=refused,
        sheet=listing.details(session, user, number),
        told=told,
        form=refused or StatusForm(),
        statuses={code: lifecycle.status(code) for code in told.possible},
        own_rule=lifecycle.OWN_RULE,
    )
