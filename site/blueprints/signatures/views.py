"""The page: send a document, wait, read the verdict at its own address for 15 minutes."""

from http import HTTPStatus

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.signatures import bp, verifier
from communaute.blueprints.signatures.lookup import Found, look_up
from communaute.blueprints.signatures.pages import (
    BUSY,
    ROUTE,
    form_page,
    progress_page,
    result_page,
    stopped_page,
    why_not,
)
from communaute.blueprints.signatures.uploads import Upload, UploadRefused, read_upload
from communaute.domain import clock
from communaute.domain.signatures import results
from communaute.domain.signatures.client import DocumentRefused, VerifierAbsent, VerifierBusy
from communaute.extensions import db, limiter
from communaute.web.security import refuse_cross_site


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
        upload = read_upload()
    except UploadRefused as refused:
        return form_page(refused)
    return hand_over(upload)


def hand_over(upload: Upload) -> ResponseReturnValue:
    """Submit, and lead to the result; the form again when the verifier does not take it."""
    try:
        address = verifier.client().submit(upload.document, upload.detached)
    except VerifierBusy as busy:
        return form_page(UploadRefused(BUSY, HTTPStatus.SERVICE_UNAVAILABLE), busy.retry_after)
    except (VerifierAbsent, DocumentRefused) as error:
        return form_page(why_not(error), retry_after=60)
    results.expect_result(db.session(), address, clock.now())
    db.session.commit()
    return redirect(url_for(ROUTE, address=address), HTTPStatus.SEE_OTHER)


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
