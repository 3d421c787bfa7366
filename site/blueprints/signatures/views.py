"""The page: send a document, wait, read the verdict at its own address for 15 minutes."""

from http import HTTPStatus

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.signatures import bp, verifier
from communaute.blueprints.signatures.lookup import Found, look_up, look_up_batch
from communaute.blueprints.signatures.pages import (
    BATCH_ROUTE,
    ROUTE,
    batch_page,
    busy_page,
    form_page,
    private,
    progress_page,
    result_page,
    stopped_page,
    why_not,
)
from communaute.blueprints.signatures.uploads import Sent, UploadRefused, read_upload
from communaute.domain import clock
from communaute.domain.signatures import results
from communaute.domain.signatures.serve.client import DocumentRefused, VerifierAbsent, VerifierBusy
from communaute.extensions import db, limiter
from communaute.web.logs import request_id
from communaute.web.security import refuse_cross_site
from communaute.wiring import current


POSTS = "30 per minute; 300 per hour"
READS = "300 per minute"


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
        return busy_page(busy)
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
    if isinstance(found, results.Result):
        return result_page(found)
    return progress_page(address, found)
