"""Error pages: a French sentence, what to do next, never a trace or a library's message."""

import logging
from http import HTTPStatus

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from sqlalchemy.exc import (
    DataError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    InternalServerError,
    SecurityError,
    ServiceUnavailable,
)

from communaute.french.typography import typeset
from communaute.web.logs import request_id
from communaute.web.rendering import wants_fragment
from communaute.web.security import HEADERS


log = logging.getLogger(__name__)
# Pages of their own; every other status uses the general one.
WITH_A_PAGE = (HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR)
SENTENCES = {
    400: (
        "Demande incomplète",
        "Cette demande n’a pas pu être lue. Revenez à la page précédente et recommencez.",
    ),
    403: (
        "Demande refusée",
        "Cette demande vient d’un autre site ou n’est pas permise. Ouvrez la page sur ce site et recommencez.",
    ),
    408: (
        "Envoi trop lent",
        "Votre envoi n’est pas arrivé en entier. Vérifiez votre connexion, puis recommencez.",
    ),
    405: (
        "Demande impossible",
        "Cette adresse est celle d’un formulaire envoyé : elle ne s’ouvre pas seule.",
    ),
    410: ("Page retirée", "Cette page n’existe plus."),
    413: (
        "Envoi trop volumineux",
        "Ce que vous avez envoyé dépasse la taille permise. Réduisez-le, puis recommencez.",
    ),
    414: (
        "Adresse trop longue",
        "L’adresse demandée est trop longue. Raccourcissez votre recherche.",
    ),
    415: ("Format non accepté", "Ce format d’envoi n’est pas accepté ici."),
    429: (
        "Trop de demandes",
        "Vous avez fait beaucoup de demandes en peu de temps. Attendez une minute, puis recommencez.",
    ),
    503: (
        "Service momentanément indisponible",
        "Le service ne répond pas pour l’instant. Attendez une minute, puis recommencez.",
    ),
}
# The database is gone, locked or full, or has no connection left: it comes back by itself.
OUTAGES = (OperationalError, InterfaceError, PoolTimeout)
# PostgreSQL's codes for a table or a column that is not there: the migrations have not run yet.
NOT_THERE = ("42P01", "42703")
# In seconds; what a restart or a long transaction takes.
OUTAGE_OVER_IN = 30
GENERAL = ("Demande impossible", "Cette demande n’a pas pu aboutir. Revenez à la page précédente.")


class NotYet(ServiceUnavailable):
    """What is asked for is being made: its own title and sentence, and when to come back (seconds)."""

    def __init__(self, title: str, sentence: str, retry_after: int) -> None:
        super().__init__(retry_after=retry_after)
        self.said = title, sentence


def init_app(app: Flask) -> None:
    """Answer every HTTP error with a page, or a fragment to an htmx request."""
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(SecurityError, on_foreign_host)
    app.register_error_handler(DataError, on_unstorable)
    app.register_error_handler(ProgrammingError, on_missing_table)
    for outage in OUTAGES:
        app.register_error_handler(outage, on_outage)


def on_foreign_host(_error: SecurityError) -> Response:
    """A request for a name that is not ours (TRUSTED_HOSTS): plain text, with no address in it."""
    sentence = "Ce site ne porte pas le nom que vous avez demandé. Vérifiez l’adresse.\n"
    return Response(sentence, HTTPStatus.BAD_REQUEST, mimetype="text/plain")


def on_unstorable(error: DataError) -> Response:
    """What no column can hold (a null character, which no keyboard types): a bad request.

    PostgreSQL refuses it, SQLite does not; the session is undone when the request ends.
    """
    log.warning("a value that cannot be stored, on %s: %s", route(), type(error.orig).__name__)
    return on_http_error(BadRequest())


def on_outage(error: SQLAlchemyError) -> Response:
    """A known outage: come back in a while. The trace is in the log, without values."""
    log.error("the database does not answer, on %s", route(), exc_info=error)
    return on_http_error(ServiceUnavailable(retry_after=OUTAGE_OVER_IN))


def on_missing_table(error: ProgrammingError) -> Response:
    """A schema that is behind the code (SQLite says it by an OperationalError) is a known outage.

    Raises any other: it is a fault of the code.
    """
    if getattr(error.orig, "sqlstate", None) not in NOT_THERE:
        raise error
    return on_outage(error)


def on_http_error(error: HTTPException) -> Response:
    """The page of an error, with the headers the error carries (Retry-After, Allow…)."""
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()  # type: ignore[return-value]
    code = error.code or 500
    title, sentence = getattr(error, "said", None) or SENTENCES.get(code, GENERAL)
    if request.path.startswith("/api/"):
        return for_programs(error, code, sentence)
    above = page_above() if code == HTTPStatus.METHOD_NOT_ALLOWED else ""
    context = {
        "above": above,
        "code": code,
        "title": title,
        "sentence": sentence,
        "reference": reference_of(error),
    }
    response = make_response(render_template(template_for(code), **context), code)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    response.headers["Cache-Control"] = "no-store"
    if wants_fragment():
        # Said above what is there: nothing typed is lost.
        response.headers["HX-Reswap"] = "afterbegin"
    return response


def page_above() -> str:
    """The nearest address above this one that opens: where the form of a refused sending is. Or nothing.

    A page shown again with its faults stands at the address that its form was sent to; opened from the
    history or reloaded by hand, that address answers 405.
    """
    map_of_site, path = current_app.create_url_adapter(request), request.path
    while map_of_site and (path := path.rpartition("/")[0]):
        try:
            map_of_site.match(path, method="GET")
        except HTTPException:
            continue
        return path
    return ""


def plain(status: HTTPStatus) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and body of a refusal that the application is not asked for: it has too much to do."""
    title, sentence = SENTENCES[status]
    body = f"{title}. {sentence}\n".encode()
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        **(
            {"Retry-After": str(OUTAGE_OVER_IN)} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
        ),
        **HEADERS,
    }
    return list(headers.items()), body


def for_programs(error: HTTPException, code: int, sentence: str) -> Response:
    """The error as JSON: a stable code and the sentence."""
    reference = reference_of(error)
    said = f"{sentence} Référence : {reference}." if reference else sentence
    response = jsonify(
        error=HTTPStatus(code).phrase.lower().replace(" ", "_"), message=typeset(said)
    )
    response.status_code = code
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    response.headers["Cache-Control"] = "no-store"
    return response


def template_for(code: int) -> str:
    """The error's template; a fragment is one sentence in the place of the tool."""
    if wants_fragment():
        return "errors/fragment.html"
    return f"errors/{code}.html" if code in WITH_A_PAGE else "errors/general.html"


def reference_of(error: HTTPException) -> str:
    """A reference that a visitor can quote; the log has it beside the trace."""
    if not isinstance(error, InternalServerError):
        return ""
    reference = request_id.get()
    log.error("error %s on %s", reference, route(), exc_info=error.original_exception)
    return reference


def route() -> str:
    """Which address failed, as it is written in the code: a typed one may hold a live link."""
    return request.url_rule.rule if request.url_rule else "no route"


# The body of a request that is too large, read on so that its sender reads the answer.

# A connection closed on an unread body shows an error of the browser's instead of our page.
MOST_DRAINED = 200 * 1024 * 1024
CHUNK = 1 << 18


def drain() -> None:
    """Read on what is being sent, up to a bound."""
    stream = request.environ["wsgi.input"]
    left = min(request.content_length or 0, MOST_DRAINED)
    while left > 0 and (chunk := stream.read(min(CHUNK, left))):
        left -= len(chunk)
