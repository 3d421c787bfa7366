"""The receipt: a page that can be opened again, a PDF, reminders; undone in practice only."""

from datetime import timedelta
from functools import partial
from http import HTTPStatus

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from icalendar import Alarm, Calendar, Event

from communaute.blueprints.acting import attempt
from communaute.blueprints.siret import bp
from communaute.blueprints.siret.forms import NextForm
from communaute.blueprints.siret.showing import shown
from communaute.blueprints.siret.views import ADDRESS
from communaute.blueprints.siret.walkthrough import LIMIT
from communaute.blueprints.structures.access import acting
from communaute.domain import clock
from communaute.domain.siret import receipt as receipts
from communaute.domain.siret.changing import undo as undo_change
from communaute.domain.siret.values import Receipt, Reminder
from communaute.domain.structures import access
from communaute.extensions import db, limiter
from communaute.french.typography import typeset
from communaute.models.accounts import User
from communaute.web.pdf import render_pdf, style, warm_up
from communaute.web.rendering import attached
from communaute.wiring import current


RECEIPT = f"{ADDRESS}/recu/<code>"
PDF_LIMIT = "30 per minute; 300 per hour"
SHEETS = ("report.css", "receipt.css")
# A whole day has no hour: the alarm rings at nine in the morning of that day.
RINGS = timedelta(hours=9)


@bp.get(RECEIPT)
@acting
def receipt(user: User, code: str) -> ResponseReturnValue:
    """What was done and what is left to do; the same at each visit, but for the ticks."""
    return receipt_page(user, code)


def receipt_page(user: User, code: str, refused: str = "") -> Response:
    """The page of a receipt; 422 with a sentence when an act on it was refused."""
    found = receipts.read_receipt(db.session(), user, code)
    warm_up(style(*SHEETS))
    return shown(
        "receipt",
        user,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        receipt=found,
        done=receipts.ticked(db.session(), code),
        just="fait" in request.args,
        refused=refused,
        writes=access.manages(db.session(), user, found.new.id) is not None,
        form=NextForm(),
    )


@bp.post(f"{RECEIPT}/a-faire")
@limiter.limit(LIMIT)
@acting
def tick(user: User, code: str) -> ResponseReturnValue:
    """Keep what is ticked, for everybody who may read the receipt."""
    found = receipts.read_receipt(db.session(), user, code)
    numbers = {todo.number for todo in found.todo}
    ticked = {int(n) for n in request.form.getlist("fait") if n.isdecimal() and len(n) < 4}
    receipts.tick(db.session(), code, ticked & numbers, clock.now())
    db.session.commit()
    return redirect(url_for("siret.receipt", code=code) + "#a-faire", HTTPStatus.SEE_OTHER)


@bp.post(f"{RECEIPT}/annuler")
@limiter.limit(LIMIT)
@acting
def undo(user: User, code: str) -> ResponseReturnValue:
    """In practice only: as if nothing had been done."""
    form = NextForm()
    if not attempt(partial(undo_change, db.session(), user, code, now=clock.now()), form):
        return receipt_page(user, code, str(form.form_errors[0]))
    flash("Le changement est annulé. Tout est comme avant.", "success")
    return redirect(url_for("siret.exercise"), HTTPStatus.SEE_OTHER)


@bp.get(f"{RECEIPT}.pdf")
@limiter.limit(PDF_LIMIT)
@acting
def receipt_pdf(user: User, code: str) -> ResponseReturnValue:
    """The receipt on paper."""
    found = receipts.read_receipt(db.session(), user, code)
    html = render_template(
        "siret/receipt_pdf.html", receipt=found, site=current.settings(), now=clock.now()
    )
    return attached(render_pdf(html, style(*SHEETS)), "application/pdf", f"recu-{code}.pdf")


@bp.get(f"{RECEIPT}.ics")
@limiter.limit(PDF_LIMIT)
@acting
def receipt_ics(user: User, code: str) -> ResponseReturnValue:
    """The reminders, for a calendar."""
    found: Receipt = receipts.read_receipt(db.session(), user, code)
    address = url_for("siret.receipt", code=code)
    content = calendar_of(found, current.settings().base_url + address)
    return attached(content, "text/calendar", f"rappels-{code}.ics")


def calendar_of(receipt: Receipt, address: str) -> bytes:
    """The reminders of a receipt, each a whole day; the same bytes each time.

    `address` is the receipt's own, so that one finds the list again.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Communaute Chorus Pro//Changement de SIRET//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for reminder in receipt.reminders:
        calendar.add_component(event_of(reminder, receipt, address))
    content: bytes = calendar.to_ical()
    return content


def event_of(reminder: Reminder, receipt: Receipt, address: str) -> Event:
    """One reminder. Its identifier and its stamp never change: imported twice, it is still one event."""
    event = Event()
    event.add("uid", reminder.uid)
    event.add("dtstamp", receipt.recorded_at)
    event.add("dtstart", reminder.day)
    event.add("dtend", reminder.day + timedelta(days=1))
    event.add("summary", reminder.title)
    event.add("description", f"{typeset(reminder.description)}\n\n{address}")
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", reminder.title)
    alarm.add("trigger", RINGS)
    event.add_component(alarm)
    return event
