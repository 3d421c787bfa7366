"""Read what a structure was sent; read is said by a POST, never by a link."""

from functools import partial
from http import HTTPStatus
from io import BytesIO

from flask import Response, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.acting import attempt
from communaute.blueprints.messages import bp
from communaute.blueprints.messages.forms import InboxForm, ReportForm
from communaute.blueprints.messages.rendering import ADDRESS, LIMIT, page
from communaute.blueprints.structures.access import acting
from communaute.domain import clock
from communaute.domain.messages import choosing, file_kinds, inbox, writing
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.models.messages import MessageAttachment
from communaute.web.rendering import wants_fragment
from communaute.wiring import current


SHELVES = {
    inbox.Shelf.CURRENT: "En cours",
    inbox.Shelf.EXPIRED: "Périmés",
    inbox.Shelf.MUTED: "En sourdine",
}


@bp.get(f"{ADDRESS}/<int:number>/recus")
@acting
def received(user: User, number: int) -> ResponseReturnValue:
    """The inbox of a structure: unread first; expired ones and muted senders apart."""
    form = InboxForm(request.args)
    shelf = (
        inbox.Shelf(form.etat.data) if form.etat.data in set(inbox.Shelf) else inbox.Shelf.CURRENT
    )
    query = (form.q.data or "")[:200]
    found = inbox.inbox(
        db.session(), user, number, clock.now(), shelf=shelf, query=query, page=form.page.data or 1
    )
    return page("inbox", user, number, box=found, shelf=shelf, shelves=SHELVES, query=query)


@bp.get(f"{ADDRESS}/<int:number>/recus/<int:message>")
@acting
def one_received(user: User, number: int, message: int) -> ResponseReturnValue:
    """One message."""
    return received_page(user, number, message)


def received_page(
    user: User, number: int, message: int, refused: ReportForm | None = None
) -> Response:
    """The page of a message; `refused` is the form to correct."""
    found = inbox.read(db.session(), user, number, message, clock.now())
    return page(
        "received",
        user,
        number,
        refused=refused,
        found=found,
        text=writing.as_html(found.body),
        form=refused or ReportForm(formdata=None),
    )


@bp.post(f"{ADDRESS}/<int:number>/recus/<int:message>/lu")
@limiter.limit("240 per minute; 2400 per hour")
@acting
def mark_read(user: User, number: int, message: int) -> ResponseReturnValue:
    """« J'ai lu »: pressed, or said by the page once it is shown."""
    attempt(partial(inbox.mark_read, db.session(), user, number, message, clock.now()))
    if wants_fragment():
        found = inbox.read(db.session(), user, number, message, clock.now())
        return page("read_state", user, number, found=found)
    return redirect(url_for(".one_received", number=number, message=message), HTTPStatus.SEE_OTHER)


@bp.post(f"{ADDRESS}/<int:number>/recus/<int:message>/sourdine")
@limiter.limit(LIMIT)
@acting
def mute(user: User, number: int, message: int) -> ResponseReturnValue:
    """No longer be written to by this sender; or again (`remettre`)."""
    again = "remettre" in request.form
    verb = choosing.unmute if again else choosing.mute
    attempt(partial(verb, db.session(), user, number, message))
    said = (
        "Vous recevrez de nouveau ses messages."
        if again
        else (
            "Vous ne recevrez plus ses courriels. Ses messages sont rangés dans « En sourdine » ; "
            "l’expéditeur n’en sait rien, et vos collègues les lisent comme avant."
        )
    )
    flash(said, "success")
    return redirect(url_for(".one_received", number=number, message=message), HTTPStatus.SEE_OTHER)


@bp.post(f"{ADDRESS}/<int:number>/recus/<int:message>/signaler")
@limiter.limit("20 per minute; 100 per hour")
@acting
def report(user: User, number: int, message: int) -> ResponseReturnValue:
    """Tell management of a message."""
    form = ReportForm()
    form.validate()
    said = (form.raison.data or "", form.precisions.data or "")
    verb = partial(choosing.report, db.session(), user, number, message, *said)
    base = current.settings().base_url
    if form.errors or attempt(lambda: verb(now=clock.now(), base_url=base), form) is None:
        return received_page(user, number, message, form)
    flash(
        "Merci. L’administration du site va lire ce message ; l’expéditeur ne sait pas qui l’a signalé.",
        "success",
    )
    return redirect(url_for(".one_received", number=number, message=message), HTTPStatus.SEE_OTHER)


@bp.get(f"{ADDRESS}/<int:number>/recus/<int:message>/pieces/<int:file>")
@acting
def file(user: User, number: int, message: int, file: int) -> ResponseReturnValue:
    """A file of a message that was received."""
    return served(inbox.attachment(db.session(), user, number, message, file))


# A file of a message, given safely: by its own type, in no page, with nothing that may run.


def served(file: MessageAttachment) -> Response:
    """To keep; an image may be shown in the page that asks for it (`?montrer=1`)."""
    shown = "montrer" in request.args and file.kind != "pdf"
    response = send_file(
        BytesIO(file.content),
        mimetype=file_kinds.MEDIA_TYPES[file.kind],
        as_attachment=not shown,
        download_name=file.name,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
