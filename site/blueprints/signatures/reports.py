"""The report as a PDF or as XML, made on request from the stored result, fetching nothing."""

from http import HTTPStatus

from flask import Response, abort, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.signatures import bp
from communaute.blueprints.signatures.presentation import result_context
from communaute.blueprints.signatures.verifier import Found, look_up
from communaute.blueprints.signatures.views import report_style, stopped_page
from communaute.domain.signatures.etsi import etsi_report
from communaute.domain.signatures.results import Result
from communaute.extensions import limiter
from communaute.web.pdf import render_pdf
from communaute.web.rendering import private
from communaute.wiring import current
from communaute.wiring.layout import absolute


# A fixed name: nothing of the visitor's file is repeated in a header.
FILE_NAME = "rapport-de-verification"


@bp.get("/outils/signature/<address>.pdf")
@limiter.limit("30 per minute; 300 per hour")
def report(address: str) -> ResponseReturnValue:
    """The report of a result that has a verdict; 404 otherwise, or once erased."""
    found = with_verdict(address)
    return found if isinstance(found, Response) else attached(pdf_of(found), "pdf")


@bp.get("/outils/signature/<address>.xml")
@limiter.limit("30 per minute; 300 per hour")
def etsi(address: str) -> ResponseReturnValue:
    """The same as ETSI TS 119 102-2 has it; 404 in the same cases."""
    found = with_verdict(address)
    if isinstance(found, Response):
        return found
    assert found.report is not None  # noqa: S101 - with_verdict says so
    service = absolute(url_for("signatures.ask"))
    return attached(etsi_report(found.report, service), "xml")


def with_verdict(address: str) -> Result | Response:
    """The result of an address, or the page that says why there is none. Aborts with 404."""
    found = look_up(address)
    if isinstance(found, Found):
        return stopped_page(found)
    if not isinstance(found, Result) or found.report is None or found.report.verdict is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def pdf_of(result: Result) -> bytes:
    """The report of a result."""
    html = render_template(
        "signatures/report.html", site=current.settings(), **result_context(result)
    )
    return render_pdf(html, report_style())


def attached(content: bytes, kind: str) -> Response:
    """A file to download."""
    response = private(make_response(content))
    response.mimetype = f"application/{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}.{kind}"'
    return response
