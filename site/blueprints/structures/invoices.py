"""The invoices of a structure, and the story of each in plain words."""

from functools import partial
from http import HTTPStatus
from itertools import groupby

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.acting import attempt
from communaute.blueprints.structures import bp
from communaute.blueprints.structures.access import acting
from communaute.blueprints.structures.forms import InvoicesForm, StatusForm
from communaute.blueprints.structures.rendering import page
from communaute.domain import clock
from communaute.domain.structures import lifecycle, listing
from communaute.domain.structures.errors import NotFound
from communaute.domain.structures.statuses import Turn
from communaute.domain.structures.timeline import change_status, timeline
from communaute.domain.structures.values import InvoiceFilter, Timeline
from communaute.editorial.pages import StatusPage
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.wiring import current


# What the address may say of the list, besides its page.
FILTERS = ("a-faire", "en-cours", "sens", "statut")


@bp.get("/<int:number>/factures")
@acting
def invoices(user: User, number: int) -> ResponseReturnValue:
    """The invoices sent and received: what waits for this structure first, then the latest."""
    form = InvoicesForm(request.args)
    # What cannot be read in the address is ignored.
    asked = InvoiceFilter(
        to_do=bool(form.to_do.data),
        open_only=bool(form.open_only.data),
        sent={"emises": True, "recues": False}.get(form.sens.data or ""),
        status=form.statut.data or "",
    )
    found = listing.invoices_of(db.session(), user, number, asked, page=form.page.data or 1)
    return page(
        "invoices",
        user,
        sheet=listing.head(db.session(), user, number),
        found=found,
        form=form,
        groups=groupby(found.lines, lambda line: line.turn is Turn.YOURS),
        asked={name: text for name, text in request.args.items() if name in FILTERS and text},
        status_pages=status_pages(),
    )


def status_pages() -> dict[str, StatusPage]:
    """The pages that say what each status means, by code."""
    pages = current.content().sections["statuts"].pages
    return {page.code: page for page in pages if isinstance(page, StatusPage)}


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
    given = (form.statut.data or "", form.motif.data or "")
    verb = partial(change_status, db.session(), user, invoice, *given, now=clock.now())
    if not form.validate() or not attempt(verb, form):
        return invoice_page(user, number, invoice, form)
    flash(f"La facture est maintenant au statut « {lifecycle.status(given[0]).label} ».", "success")
    return redirect(url_for(".one", number=number, invoice=invoice), HTTPStatus.SEE_OTHER)


def told_from(user: User, number: int, invoice: int) -> Timeline:
    """The invoice's story, if it is an invoice of that structure. Raises NotFound."""
    told = timeline(db.session(), user, invoice)
    if number not in (told.invoice.sender.id, told.invoice.recipient.id):
        raise NotFound("Cette facture n’est pas de cette structure.")
    return told


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
        sheet=listing.head(session, user, number),
        told=told,
        form=refused or StatusForm(),
        possible={code: lifecycle.status(code) for code in told.possible},
        status_pages=status_pages(),
        guide=current.content().page(status_pages()[told.invoice.status].guide.partition("#")[0]),
        own_rule=lifecycle.OWN_RULE,
    )
