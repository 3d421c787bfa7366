"""Mails that came back: `POST /api/v1/rebonds` for machines, and what staff sees and may put back."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Response, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import me, role_required
from communaute.blueprints.accounts.forms import ButtonForm
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.acting import attempt
from communaute.blueprints.newsletter import bp
from communaute.blueprints.signatures.api import refusal
from communaute.blueprints.structures.intake import is_bearer, unauthorised
from communaute.domain import audit, clock
from communaute.domain.newsletter import returns
from communaute.domain.newsletter.returns import FAILURE_WINDOW, MOST_FAILURES, Told
from communaute.extensions import csrf, db, limiter
from communaute.mailing import webhooks
from communaute.mailing.returned import without_addresses
from communaute.mailing.tagged import BOUNCE
from communaute.mailing.webhooks import Event, Forged, Nonsense
from communaute.models.accounts import Role
from communaute.web.addresses import row_number
from communaute.wiring import current, letter_desk, mail_webhooks


API = "/api/v1/rebonds"
ADDRESS = "/gestion/lettre/rebonds"
PAGE = 100
KINDS = {
    "no-mailbox": "Boîte inexistante",
    "temporary": "Boîte pleine, ou serveur qui ne répond pas",
    "policy": "Refus qui tient à nous, pas à la personne",
    "complaint": "Signalé comme indésirable",
    "other": "Sans précision",
}
REASONS = {
    "no-mailbox": "n’est plus jointe : boîte inexistante",
    "keeps-failing": f"n’est plus jointe : {MOST_FAILURES} échecs en {FAILURE_WINDOW.days} jours",
    "complaint": "n’est plus jointe : elle nous a signalés",
}
FORGED = "La signature n’est pas la bonne, ou ce message n’est pas pour ce site."
NONSENSE = "Ce n’est pas un message de rebond que ce site sache lire."


@csrf.exempt
@bp.post(API)
@limiter.limit("600 per minute")
def take_returns() -> Response:
    """Take what a service tells: SES through SNS, Mailgun, or JSON with our token."""
    try:
        source, events = told_by(request.get_data())
    except Forged:
        return refusal("forged", FORGED, HTTPStatus.FORBIDDEN)
    except Nonsense:
        return refusal("unreadable", NONSENSE, HTTPStatus.UNPROCESSABLE_ENTITY)
    except PermissionError:
        return unauthorised()
    taken = sum(take(source, event) for event in events)
    db.session.commit()
    return jsonify({"taken": taken, "ignored": len(events) - taken})


def told_by(raw: bytes) -> tuple[str, list[Event]]:
    """Who tells, and what. Raises Forged, Nonsense, PermissionError (no token)."""
    settings = current.settings()
    has_token = bool(settings.bounce_token) and is_bearer(
        settings.bounce_token, request.headers.get("Authorization", "")
    )
    body = webhooks.parsed(raw)
    given: Mapping[str, Any] = body if isinstance(body, dict) else {}
    if "TopicArn" in given:
        topics = [one.strip() for one in settings.bounce_sns_topics.split(",") if one.strip()]
        return "ses", webhooks.from_sns(given, topics, mail_webhooks.fetch_from_amazon)
    if "event-data" in given:
        key = settings.bounce_mailgun_key
        return "mailgun", webhooks.from_mailgun(given, key, clock.now(), mail_webhooks.is_new_token)
    if not has_token:
        raise PermissionError
    return "json", webhooks.from_json(body)


def take(source: str, event: Event) -> bool:
    """Call the verb for a mail of ours; any other is nobody's."""
    code = letter_desk.context().tagger.read(BOUNCE, event.return_path)
    if code is None:
        return False
    said = without_addresses(event.said)
    told = Told(code, event.status, said, complaint=event.complaint, source=source)
    return returns.take(letter_desk.context(), told)


@bp.get(ADDRESS)
@role_required(Role.EDITOR, Role.ADMINISTRATOR)
def returned() -> ResponseReturnValue:
    """What came back, the latest first."""
    before = row_number(request.args.get("avant", type=int)) or None
    lines = returns.lines(db.session(), before=before, limit=PAGE)
    more = lines[-1].told.id if len(lines) == PAGE else 0
    return page(
        "newsletter/returned.html",
        lines=lines,
        kinds=KINDS,
        reasons=REASONS,
        failures=MOST_FAILURES,
        window=FAILURE_WINDOW,
        more=more,
        form=ButtonForm(),
    )


@bp.post(f"{ADDRESS}/<int:number>")
@limiter.limit("60 per minute; 600 per hour")
@role_required(Role.EDITOR, Role.ADMINISTRATOR)
def restore(number: int) -> ResponseReturnValue:
    """Write to this subscriber again."""
    done = attempt(partial(returns.restore, letter_desk.context(), number))
    if done:
        audit.record(
            db.session(),
            "subscriber-restored",
            now=clock.now(),
            actor=me().id,
            target=f"return {number}",
        )
        db.session.commit()
    said = "La personne est remise : la newsletter lui sera de nouveau envoyée."
    flash(said if done else "Il n’y a rien à remettre ici.", "success" if done else "info")
    return redirect(ADDRESS, HTTPStatus.SEE_OTHER)
