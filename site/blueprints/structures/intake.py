"""`POST /api/v1/evenements`: structures, invoices and statuses, for Chorus Pro or an operator."""

import hashlib
import hmac
import json
from collections import Counter
from http import HTTPStatus

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from communaute.blueprints.signatures.api import refusal
from communaute.blueprints.structures.openapi import MOST_EVENTS
from communaute.domain import clock
from communaute.domain.structures.intake.lines import exact
from communaute.domain.structures.intake.taking import BATCH, take
from communaute.domain.structures.intake.values import Outcome, Result
from communaute.extensions import csrf, db, limiter
from communaute.french.typography import typeset
from communaute.web.rendering import kept_nowhere
from communaute.wiring import current


ADDRESS = "/api/v1/evenements"
LARGEST_BODY = 8 * 1024 * 1024


class BodyRefused(Exception):
    """The body is no list of events; the text says why, in French."""


def register(app: Flask) -> None:
    """Open the door: outside /compte, where the rest of this package is."""
    app.config["LARGER_BODIES"][ADDRESS] = LARGEST_BODY
    view = csrf.exempt(limiter.limit("1200 per minute")(receive))
    app.add_url_rule(ADDRESS, endpoint="structures.receive", view_func=view, methods=["POST"])


def receive() -> Response:
    """Take the events of the body in one transaction; answer what became of each."""
    token = current.settings().intake_token
    if not token:
        closed = "Cette adresse est fermée sur ce site : l’exploitant ne l’a pas ouverte."
        return refusal("closed", closed, HTTPStatus.NOT_FOUND)
    if not is_bearer(token, request.headers.get("Authorization", "")):
        return unauthorised()
    try:
        events = read_body()
    except RequestEntityTooLarge:
        most = f"{LARGEST_BODY // (1024 * 1024)} Mo et {MOST_EVENTS} événements"
        said = f"Envoyez au plus {most} à la fois."
        return refusal("too_large", said, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except BodyRefused as refused:
        return refusal("unreadable", str(refused), HTTPStatus.UNPROCESSABLE_ENTITY)
    mine: list[Outcome] = []
    late: list[Outcome] = []  # of events that had waited: they come last
    for start in range(0, len(events), BATCH):
        batch = events[start : start + BATCH]
        found = take(db.session(), batch, base_url=current.settings().base_url, now=clock.now())
        mine += found[: len(batch)]
        late += found[len(batch) :]
    db.session.commit()
    return answer(len(events), mine + late)


def is_bearer(token: str, header: str) -> bool:
    """Whether a header carries the token; takes as long whatever the header is."""
    scheme, _, given = header.partition(" ")
    same = hmac.compare_digest(digest(given.strip()), digest(token))
    return same and scheme.lower() == "bearer"


def digest(text: str) -> bytes:
    """A digest: of one length, so that a comparison tells nothing of the token's."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def unauthorised() -> Response:
    """No token, or another one."""
    sentence = "Le jeton manque ou n’est pas le bon : envoyez « Authorization: Bearer … »."
    response = refusal("unauthorised", sentence, HTTPStatus.UNAUTHORIZED)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def read_body() -> list[object]:
    """The events: a JSON array, one object, or one object a line.

    Raises BodyRefused, RequestEntityTooLarge.
    """
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise BodyRefused("Envoyez les événements sans les compresser.")
    request.max_content_length = LARGEST_BODY
    body = request.get_data(cache=False).removeprefix(b"\xef\xbb\xbf").strip()
    if not body:
        raise BodyRefused("Envoyez des événements : un tableau JSON, ou un objet JSON par ligne.")
    try:
        found = parsed(body)
    except (ValueError, RecursionError):
        if body.startswith(b"["):
            raise BodyRefused("Le tableau JSON ne se lit pas.") from None
        found = [line_of(line) for line in body.splitlines() if line.strip()]
    events = found if isinstance(found, list) else [found]
    if len(events) > MOST_EVENTS:
        raise RequestEntityTooLarge
    return events


def parsed(text: bytes) -> object:
    """JSON, its numbers exact. Raises ValueError, RecursionError."""
    return json.loads(text, parse_float=exact)


def line_of(line: bytes) -> object:
    """One line's JSON; None when it is none: the domain says so for that line alone."""
    try:
        return parsed(line)
    except (ValueError, RecursionError):
        return None


def answer(count: int, outcomes: list[Outcome]) -> Response:
    """The counts, then each event with its place from 1 (null: one that had waited)."""
    counts = Counter(outcome.result for outcome in outcomes)
    told = [
        {
            "line": place if place <= count else None,
            "id": one.id,
            "result": one.result.value,
            "reason": typeset(one.reason),
        }
        for place, one in enumerate(outcomes, 1)
    ]
    response = jsonify(**{result.value: counts[result] for result in Result}, outcomes=told)
    if count and counts[Result.REFUSED] == len(outcomes):
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return kept_nowhere(response)
