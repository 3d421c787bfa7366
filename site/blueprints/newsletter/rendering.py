"""Pages whose address is a key, or that say something of one person: kept by no cache."""

from http import HTTPStatus

from flask import Response, url_for

from communaute.web.rendering import embedded_in_another, kept_nowhere, page_by_key, render
from communaute.wiring import current


def page(template: str, status: HTTPStatus = HTTPStatus.OK, **context: object) -> Response:
    """A page of one person."""
    return page_by_key(f"newsletter/{template}.html", status, **context)


def tool(template: str, status: HTTPStatus = HTTPStatus.OK, **context: object) -> Response:
    """One state of the tool, page or fragment; the level of its headings is that of the page."""
    embedded = embedded_in_another(url_for("newsletter.subscribe"))
    response = render(
        f"newsletter/{template}.html",
        "tool",
        status=status,
        tool=current.tools()["abonnement"],
        level=3 if embedded else 2,
        **context,
    )
    return kept_nowhere(response)
