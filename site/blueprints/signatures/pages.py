"""The states of the tool: form, progress, result, nothing left. Page or fragment."""

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Response, request, url_for
from werkzeug.datastructures import MultiDict

from communaute.blueprints.signatures import presentation, verifier, words
from communaute.blueprints.signatures.forms import SignatureForm
from communaute.blueprints.signatures.lookup import Found
from communaute.blueprints.signatures.uploads import UploadRefused, too_large
from communaute.domain import clock
from communaute.domain.signatures import results
from communaute.domain.signatures.acceptance import acceptance
from communaute.domain.signatures.samples import samples
from communaute.domain.signatures.serve import client
from communaute.domain.signatures.serve.protocol import BATCH_BYTES, DOCUMENTS
from communaute.web import retrying
from communaute.web.pdf import warm_up
from communaute.web.rendering import embedded_in_another, render, wants_fragment
from communaute.wiring import current


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
    response.headers["Cache-Control"] = "no-store"
    return response


def busy_page(busy: client.VerifierBusy) -> Response:
    """The form again; a page with a script keeps the document and its rank (signature.js)."""
    response = form_page(
        UploadRefused(BUSY, HTTPStatus.SERVICE_UNAVAILABLE), retry_after=busy.retry_after
    )
    if busy.place.ticket is not None:
        response.headers[TICKET] = busy.place.ticket
        response.headers[RANK] = str(busy.place.rank)
    return response


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


def result_page(result: results.Result) -> Response:
    """The verdict, even a bad one."""
    if result.report and result.report.verdict:
        warm_up(report_style())  # another process than the one that showed the form
    response = render("signatures/result.html", "tool", **result_context(result), **common())
    return pushed(private(response), result.address)


def result_context(result: results.Result) -> dict[str, Any]:
    """What the page and the PDF show of a result."""
    report = result.report
    assert report is not None, "only a finished result is shown"  # noqa: S101
    return {
        "result": result,
        "report": report,
        "sample": report.sample,
        "headline": presentation.headline(report),
        "acceptance": acceptance(report),
        "inside": presentation.held(report),
        "signatures": presentation.shown(report),
        "top": results.list_of_lists(report.lists),
        "late": verifier.late(report.lists, report.verified_at or clock.now()),
        "code": results.spaced(result.code) if result.code else None,
        "words": words,
    }


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


def private(response: Response) -> Response:
    """No cache keeps it, no search engine lists it, no other site learns its address."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
