"""« Domaine d'envoi »: what mailbox providers check, with the records to paste."""

from flask import request
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import role_required
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.newsletter import bp
from communaute.domain.newsletter import sending_domain
from communaute.extensions import limiter
from communaute.models.accounts import Role
from communaute.wiring import letter_desk
from communaute.wiring.resolving import SystemResolver


STATES = {"met": "oui", "not-met": "non", "unknown": "non vérifié"}
LONGEST = 200


@bp.get("/gestion/lettre/domaine")
@limiter.limit("10 per minute; 60 per hour")
@role_required(Role.EDITOR, Role.ADMINISTRATOR)
def sending_domain_page() -> ResponseReturnValue:
    """What DNS says, asked only when the form is sent: nothing is guessed."""
    typed = {
        name: request.args.get(name, "")[:LONGEST].strip() for name in ("selecteur", "serveur")
    }
    good = all(not one or sending_domain.SELECTOR.fullmatch(one) for one in typed.values())
    sender = letter_desk.sender_of(typed["selecteur"], typed["serveur"])
    found = []
    if good and "selecteur" in request.args:
        found = sending_domain.checks(sender, SystemResolver())
    return page(
        "newsletter/domain.html",
        sender=sender,
        typed=typed,
        good=good,
        found=found,
        asked=sending_domain.asked_by_providers(found) if found else [],
        states=STATES,
    )
