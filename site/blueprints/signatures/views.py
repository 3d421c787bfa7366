"""The page: send a document, wait, read the verdict at its own address for 15 minutes."""

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from communaute.blueprints.signatures import bp, presentation, verifier
from communaute.blueprints.signatures.forms import SignatureForm
from communaute.blueprints.signatures.uploads import Sent, UploadRefused, read_upload, too_large
from communaute.blueprints.signatures.verifier import Found, look_up, look_up_batch
from communaute.domain import clock
from communaute.domain.signatures import results
from communaute.domain.signatures.samples import samples
from communaute.domain.signatures.serve import client
from communaute.domain.signatures.serve.client import DocumentRefused, VerifierAbsent, VerifierBusy
from communaute.domain.signatures.serve.protocol import BATCH_BYTES, DOCUMENTS
from communaute.extensions import db, limiter
from communaute.web import retrying
from communaute.web.logs import request_id
from communaute.web.pdf import warm_up
from communaute.web.rendering import (
    embedded_in_another,
    kept_nowhere,
    private,
    render,
    wants_fragment,
)
from communaute.web.security import refuse_cross_site
from communaute.wiring import current


POSTS = "30 per minute; 300 per hour"
READS = "300 per minute"
ROUTE = "signatures.result"
BATCH_ROUTE = "signatures.batch"
TICKET = "X-Signature-Ticket"
RANK = "X-Signature-Rank"
BUSY = (
    "D'autres documents sont en cours de vérification. Attendez quelques secondes, puis recommencez : "
    "le vôtre n'a pas été gardé."
)
ABSENT = (
    "La vérification est arrêtée pour le moment. Recommencez dans quelques minutes : "
    "votre document n'a pas été gardé."
)
DAMAGED = "Le fichier est arrivé abîmé. Envoyez-le de nouveau."
REFRESH_SECONDS = 2
STYLE = Path(__file__).resolve().parents[2] / "static" / "css" / "report.css"


@bp.get("/outils/signature")
def ask() -> ResponseReturnValue:
    """The form, with what to know before sending anything."""
    return form_page()


@bp.post("/outils/signature")
@limiter.limit(POSTS)
def send() -> ResponseReturnValue:
    """Hand the document to the verifier; 303 at once to the address of the result."""
    refuse_cross_site()
    try:
        return hand_over(read_upload())
    except UploadRefused as refused:
        return form_page(refused)


def hand_over(sent: Sent) -> ResponseReturnValue:
    """Submit, and lead to the result; the form again when the verifier does not take it."""
    try:
        addresses = verifier.client().submit_all(sent.submissions, sent.ticket, request_id.get())
    except VerifierBusy as busy:
        response = form_page(UploadRefused(BUSY, HTTPStatus.SERVICE_UNAVAILABLE), busy.retry_after)
        if busy.place.ticket is not None:
            # A page with a script keeps the document and its rank (signature.js).
            response.headers[TICKET] = busy.place.ticket
            response.headers[RANK] = str(busy.place.rank)
        return response
    except (VerifierAbsent, DocumentRefused) as error:
        return form_page(why_not(error), retry_after=60)
    if len(addresses) > 1:
        table = results.expect_batch(
            db.session(), addresses, sent.names, clock.now(), current.host()
        )
        where = url_for(BATCH_ROUTE, address=table)
    else:
        results.expect_result(db.session(), addresses[0], clock.now(), current.host())
        where = url_for(ROUTE, address=addresses[0])
    db.session.commit()
    return redirect(where, HTTPStatus.SEE_OTHER)


@bp.post("/outils/signature/file")
@limiter.limit(READS)
def line() -> ResponseReturnValue:
    """The rank of a page that keeps its document until a place is free: `come` says it is."""
    refuse_cross_site()
    try:
        place = verifier.client().wait_in_line(request.form.get("billet") or None)
    except VerifierAbsent:
        return {}, HTTPStatus.SERVICE_UNAVAILABLE
    return private(jsonify(ticket=place.ticket, rank=place.rank, come=place.come))


@bp.get("/outils/signature/lot/<address>")
@limiter.limit(READS)
def batch(address: str) -> ResponseReturnValue:
    """The table of documents sent together: 202 while one runs, 404 once erased."""
    found = look_up_batch(address)
    return stopped_page(Found.NOTHING) if found is None else batch_page(*found)


@bp.get("/outils/signature/<address>")
@limiter.limit(READS)
def result(address: str) -> ResponseReturnValue:
    """202 while it runs, 200 with the verdict, 404 once erased."""
    found = look_up(address, wait=1.0)
    if found is Found.NOTHING or found is Found.INTERRUPTED:
        return stopped_page(found)
    if isinstance(found, client.Progress):
        return progress_page(address, found)
    if found.report and found.report.verdict:
        warm_up(report_style())  # another process than the one that showed the form
    context = presentation.result_context(found)
    return pushed(private(render("signatures/result.html", "tool", **context, **common())), address)


# The states of the tool: form, progress, result, nothing left. Page or fragment.


def report_style() -> str:
    """The style sheet of the PDF report."""
    return STYLE.read_text(encoding="utf-8")


def form_page(refused: UploadRefused | None = None, retry_after: int = 0) -> Response:
    """The form, with what is wrong beside its field."""
    # A second of processor, once a process: while a document is chosen, nobody waits for it.
    warm_up(report_style())
    form = SignatureForm(MultiDict())
    if refused:
        form[refused.field].errors = [str(refused)]
    response = render(
        "signatures/ask.html",
        "tool",
        status=refused.status if refused else HTTPStatus.OK,
        form=form,
        lists=verifier.lists(),
        now=clock.now(),
        limit=verifier.largest_document(),
        most=DOCUMENTS,
        together=BATCH_BYTES,
        samples=samples(),
        **common(),
    )
    if retry_after:
        retrying.retry_after(response, retry_after)
    return kept_nowhere(response)


def batch_page(
    batch: results.Batch, found: Sequence[results.Result | client.Progress | Found]
) -> Response:
    """One table of several documents, each with the address of its own result."""
    rows = presentation.batch_rows(batch, found)
    running = any(row.waits for row in rows)
    response = render(
        "signatures/batch.html",
        "tool",
        status=HTTPStatus.ACCEPTED if running else HTTPStatus.OK,
        batch=batch,
        rows=rows,
        running=running,
        polled=request.headers.get("HX-Trigger") == "signature-lot",
        tally=presentation.tally(rows),
        **common(),
    )
    if running and not wants_fragment():
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return pushed(private(response), batch.address, BATCH_ROUTE)


def why_not(error: client.VerifierAbsent | client.DocumentRefused) -> UploadRefused:
    """What to say of a document that the verifier did not take."""
    if isinstance(error, client.VerifierAbsent):
        return UploadRefused(ABSENT, HTTPStatus.SERVICE_UNAVAILABLE)
    if error.reason == "too_large":
        return too_large(verifier.largest_document())
    return UploadRefused(DAMAGED, HTTPStatus.UNPROCESSABLE_ENTITY)


def progress_page(address: str, progress: client.Progress) -> Response:
    """« Vérification en cours »: 202, and a refresh for browsers without a script."""
    polled = request.headers.get("HX-Trigger") == "signature-attente"
    response = render(
        "signatures/progress.html",
        "waiting" if polled else "tool",
        status=HTTPStatus.ACCEPTED,
        address=address,
        progress=progress,
        **common(),
    )
    if polled:
        response.headers["HX-Retarget"] = "#signature-attente"
    elif not wants_fragment():
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return pushed(private(response), address)


def stopped_page(found: Found) -> Response:
    """Nothing to show: erased, never there (404), or lost with the verifier (503)."""
    interrupted = found is Found.INTERRUPTED
    status = HTTPStatus.SERVICE_UNAVAILABLE if interrupted else HTTPStatus.NOT_FOUND
    return private(
        render(
            "signatures/stopped.html", "tool", status=status, interrupted=interrupted, **common()
        )
    )


def common() -> dict[str, Any]:
    """What every state needs: the tool, and the level of its headings where it is shown."""
    embedded = embedded_in_another(url_for("signatures.ask"))
    return {"tool": current.tools()["signature"], "level": 4 if embedded else 2}


def pushed(response: Response, address: str, route: str = ROUTE) -> Response:
    """Show the result's own address in the browser, on the tool's own page."""
    if wants_fragment() and not embedded_in_another(url_for("signatures.ask")):
        response.headers["HX-Push-Url"] = url_for(route, address=address)
    return response
