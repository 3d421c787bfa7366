"""`POST /api/v1/signatures`: the command's JSON, for programs; and what documents the API."""

from http import HTTPStatus

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from communaute import blueprints
from communaute.blueprints.signatures import bp, verifier
from communaute.blueprints.signatures.openapi import DESCRIPTION
from communaute.blueprints.signatures.uploads import UploadRefused, read_upload
from communaute.blueprints.signatures.views import ABSENT, BUSY, why_not
from communaute.domain.signatures.report import from_wire, to_json
from communaute.domain.signatures.serve.client import (
    DocumentRefused,
    VerifierAbsent,
    VerifierBusy,
)
from communaute.domain.signatures.serve.protocol import LONGEST_WAIT
from communaute.domain.signatures.vocabulary import Error
from communaute.extensions import csrf, limiter
from communaute.french.typography import typeset
from communaute.web import retrying
from communaute.web.logs import request_id
from communaute.web.rendering import kept_nowhere
from communaute.web.security import refuse_cross_site
from communaute.wiring import current


ABSENT_RETRY = 60
ONE_AT_A_TIME = "Envoyez un document par demande."


@bp.post("/api/v1/signatures")
@csrf.exempt
@limiter.limit("60 per minute; 1000 per hour")
def verify() -> ResponseReturnValue:
    """Verify a document and wait for the verdict, even a bad one (200)."""
    refuse_cross_site()
    try:
        sent = read_upload()
        if len(sent.submissions) > 1:
            raise UploadRefused(ONE_AT_A_TIME, HTTPStatus.UNPROCESSABLE_ENTITY)
        (address,) = verifier.client().submit_all(sent.submissions, request=request_id.get())
        progress = verifier.client().poll(address, LONGEST_WAIT)
    except VerifierBusy as busy:
        return refusal("busy", BUSY, HTTPStatus.SERVICE_UNAVAILABLE, busy.retry_after)
    except VerifierAbsent:
        return refusal("unavailable", ABSENT, HTTPStatus.SERVICE_UNAVAILABLE, ABSENT_RETRY)
    except DocumentRefused as refused:
        return refused_upload(why_not(refused))
    except UploadRefused as refused:
        return refused_upload(refused)
    if progress.report is None:
        return refusal("unavailable", ABSENT, HTTPStatus.SERVICE_UNAVAILABLE, ABSENT_RETRY)
    return kept_nowhere(jsonify(to_json(from_wire(progress.report))))


def refused_upload(refused: UploadRefused) -> Response:
    """A file that is missing, too large or damaged."""
    codes = {
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Error.TOO_LARGE.value,
        HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
    }
    return refusal(codes.get(refused.status, "document_missing"), str(refused), refused.status)


def refusal(error: str, message: str, status: HTTPStatus, retry_after: int = 0) -> Response:
    """An error as the API says it: a code, and a French sentence."""
    response = kept_nowhere(jsonify(error=error, message=typeset(message)))
    response.status_code = status
    if retry_after:
        retrying.retry_after(response, retry_after)
    return response


@bp.get("/api/v1/openapi.json")
def openapi() -> ResponseReturnValue:
    """Every part of the API, as OpenAPI 3.1; each feature describes its own (`OPENAPI`)."""
    described = [
        package.OPENAPI for package in blueprints.packages() if hasattr(package, "OPENAPI")
    ]
    parts = [DESCRIPTION, *described]
    document = {
        "openapi": "3.1.1",
        "info": {
            "title": "Communauté Chorus Pro",
            "version": "1",
            "summary": "Ce que le site ouvre aux programmes.",
            "description": "Les réponses sont en JSON, les phrases en français.",
        },
        "servers": [{"url": current.settings().base_url}],
        "paths": {path: item for part in parts for path, item in part["paths"].items()},
        "components": {
            kind: {name: one for part in parts for name, one in part.get(kind, {}).items()}
            for kind in ("schemas", "securitySchemes")
        },
    }
    return jsonify(document)
