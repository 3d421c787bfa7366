"""Error pages: a French sentence, what to do next, never a trace or a library's message."""

import logging
import secrets
from http import HTTPStatus

from flask import Flask, Response, jsonify, make_response, render_template, request
from sqlalchemy.exc import DataError
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError

from communaute.web.rendering import wants_fragment


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
    405: (
        "Demande impossible",
        "Cette adresse ne s’utilise pas ainsi. Revenez à la page précédente.",
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
        "Le service est très demandé. Attendez une minute, puis recommencez.",
    ),
}
GENERAL = ("Demande impossible", "Cette demande n’a pas pu aboutir. Revenez à la page précédente.")


def init_app(app: Flask) -> None:
    """Answer every HTTP error with a page, or a fragment to an htmx request."""
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(DataError, on_unstorable)


def on_unstorable(error: DataError) -> Response:
    """What no column can hold (a null character, which no keyboard types): a bad request.

    PostgreSQL refuses it, SQLite does not; the session is undone when the request ends.
    """
    log.warning("a value that cannot be stored, on %s: %s", request.path, type(error.orig).__name__)
    return on_http_error(BadRequest())


def on_http_error(error: HTTPException) -> Response:
    """The page of an error, with the headers the error carries (Retry-After, Allow…)."""
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()  # type: ignore[return-value]
    code = error.code or 500
    title, sentence = SENTENCES.get(code, GENERAL)
    if request.path.startswith("/api/"):
        return for_programs(error, code, sentence)
    context = {"code": code, "title": title, "sentence": sentence, "reference": reference_of(error)}
    response = make_response(render_template(template_for(code), **context), code)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    response.headers["Cache-Control"] = "no-store"
    if wants_fragment():
        # Said above what is there: nothing typed is lost.
        response.headers["HX-Reswap"] = "afterbegin"
    return response


def for_programs(error: HTTPException, code: int, sentence: str) -> Response:
    """The error as JSON: a stable code and the sentence."""
    reference = reference_of(error)
    said = f"{sentence} Référence\u202f: {reference}." if reference else sentence
    response = jsonify(error=HTTPStatus(code).phrase.lower().replace(" ", "_"), message=said)
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
    reference = secrets.token_hex(4)
    log.error("error %s on %s", reference, request.path, exc_info=error.original_exception)
    return reference
