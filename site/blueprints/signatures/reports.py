"""The report as a PDF, made on request from the stored result, fetching nothing."""

from http import HTTPStatus

from flask import Response, abort, make_response, render_template
from flask.typing import ResponseReturnValue

from communaute import current
from communaute.blueprints.signatures import bp
from communaute.blueprints.signatures.lookup import Found, look_up
from communaute.blueprints.signatures.pages import (
    private,
    report_style,
    result_context,
    stopped_page,
)
from communaute.domain.signatures.results import Result
from communaute.extensions import limiter
from communaute.web.pdf import render_pdf


# A fixed name: nothing of the visitor's file is repeated in a header.
FILE_NAME = "rapport-de-verification.pdf"


@bp.get("/outils/signature/<address>.pdf")
@limiter.limit("30 per minute; 300 per hour")
def report(address: str) -> ResponseReturnValue:
    """The report of a result that has a verdict; 404 otherwise, or once erased."""
    found = look_up(address)
    if isinstance(found, Found):
        return stopped_page(found)
    if not isinstance(found, Result) or found.report is None or found.report.verdict is None:
        abort(HTTPStatus.NOT_FOUND)
    return attached(pdf_of(found))


def pdf_of(result: Result) -> bytes:
    """The report of a result."""
    html = render_template(
        "signatures/report.html", site=current.settings(), **result_context(result)
    )
    return render_pdf(html, report_style())


def attached(content: bytes) -> Response:
    """A PDF to download."""
    response = private(make_response(content))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response
