"""`POST /api/v1/signatures`: the command's JSON, for programs; and what documents the API."""

import time
from http import HTTPStatus

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from communaute import blueprints, current
from communaute.blueprints.signatures import bp, verifier
from communaute.blueprints.signatures.openapi import DESCRIPTION
from communaute.blueprints.signatures.pages import ABSENT, BUSY, why_not
from communaute.blueprints.signatures.uploads import UploadRefused, read_upload
from communaute.domain.signatures.client import (
    DocumentRefused,
    Progress,
    VerifierAbsent,
    VerifierBusy,
)
from communaute.domain.signatures.report_json import to_json
from communaute.domain.signatures.report_wire import from_wire
from communaute.domain.signatures.values import Error
from communaute.extensions import csrf, limiter
from communaute.web import retrying
from communaute.web.security import refuse_cross_site


# A queue of six documents of at most 85 s each, two at a time.
PATIENCE = 300.0
_STEP = 20.0
ABSENT_RETRY = 60


@bp.post("/api/v1/signatures")
@csrf.exempt
@limiter.limit("60 per minute; 1000 per hour")
def verify() -> ResponseReturnValue:
    """Verify a document and wait for the verdict, even a bad one (200)."""
    refuse_cross_site()
    try:
        upload = read_upload()
        address = verifier.client().submit(upload.document, upload.detached)
        progress = awaited(address)
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


def awaited(address: str) -> Progress:
    """Where a document is, at the end of its verification. Raises VerifierAbsent."""
    deadline = time.monotonic() + PATIENCE
    progress = verifier.client().poll(address, _STEP)
    while progress.status in ("waiting", "running") and time.monotonic() < deadline:
        progress = verifier.client().poll(address, _STEP)
    return progress


def refused_upload(refused: UploadRefused) -> Response:
    """A file that is missing, too large or damaged."""
    codes = {
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Error.TOO_LARGE.value,
        HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
    }
    return refusal(codes.get(refused.status, "document_missing"), str(refused), refused.status)


def refusal(error: str, message: str, status: HTTPStatus, retry_after: int = 0) -> Response:
    """An error as the API says it: a code, and a French sentence."""
    response = kept_nowhere(jsonify(error=error, message=message))
    response.status_code = status
    if retry_after:
        retrying.retry_after(response, retry_after)
    return response


def kept_nowhere(response: Response) -> Response:
    """The answer names people: no cache keeps it."""
    response.headers["Cache-Control"] = "no-store"
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
