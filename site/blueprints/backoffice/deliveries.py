"""Mails that could not be sent, or that may have been: people decide."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import me, role_required
from communaute.blueprints.accounts.forms import ButtonForm, printable
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.backoffice import bp
from communaute.domain import audit, clock
from communaute.domain.notifications.happenings import untold
from communaute.extensions import db, limiter
from communaute.mailing import outbox
from communaute.models.accounts import Role
from communaute.models.mailing import DeliveryState


LEAVES_AGAIN = "Le courriel repart. S’il était déjà arrivé, la personne le recevra deux fois."
# What one may decide, in the order of the buttons: the button, what comes of it, what is said once done.
DECISIONS = {
    "renvoyer": ("Renvoyer", LEAVES_AGAIN, LEAVES_AGAIN),
    "arrive": (
        "Noter arrivé",
        "Il ne sera plus renvoyé. À faire quand la personne vous dit l'avoir reçu.",
        "Le courriel est noté comme arrivé.",
    ),
    "abandonner": (
        "Abandonner",
        "Il ne partira jamais, et la personne n'en saura rien.",
        "Le courriel est abandonné.",
    ),
}
STATES = {
    DeliveryState.WAITING: "En attente",
    DeliveryState.SENDING: "En cours d’envoi",
    DeliveryState.SENT: "Parti",
    DeliveryState.FAILED: "Échoué",
    DeliveryState.UNCERTAIN: "Incertain",
    DeliveryState.WITHDRAWN: "Abandonné",
}


@bp.get("/courriels")
@role_required(Role.ADMINISTRATOR)
def deliveries() -> ResponseReturnValue:
    """Counts by state, what waits for a decision, and the mails of one address (`adresse`)."""
    address = printable(request.args.get("adresse")) or ""
    return page(
        "backoffice/deliveries.html",
        deliveries=outbox.stuck(db.session()),
        untold=untold(db.session()),
        counts=outbox.counts(db.session()),
        form=ButtonForm(),
        address=address,
        found=outbox.addressed_to(db.session(), address) if address else [],
        states=STATES,
        decisions=DECISIONS,
    )


@bp.post("/courriels/<int:number>")
@limiter.limit("60 per minute; 600 per hour")
@role_required(Role.ADMINISTRATOR)
def decide(number: int) -> ResponseReturnValue:
    """Carry out a decision about one mail."""
    decision = request.form.get("decision", "")
    if decision not in DECISIONS:
        abort(400)
    if carry_out(number, decision):
        details = {"decision": decision}
        audit.record(
            db.session(),
            "delivery-decided",
            now=clock.now(),
            actor=me().id,
            target=f"delivery {number}",
            details=details,
        )
        flash(DECISIONS[decision][2], "success")
    else:
        flash("Quelqu’un a déjà décidé pour ce courriel.", "info")
    db.session.commit()
    return redirect(url_for("backoffice.deliveries"))


def carry_out(number: int, decision: str) -> bool:
    """Call the verb; False when there is nothing left to decide."""
    if decision == "renvoyer":
        return outbox.send_again(db.session(), number, clock.now())
    sent = decision == "arrive"
    return outbox.settle(db.session(), number, sent=sent, now=clock.now())
