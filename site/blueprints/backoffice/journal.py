"""The audit log: who did what, what was refused."""

from flask import request
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import role_required
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.backoffice import bp
from communaute.domain import audit
from communaute.extensions import db
from communaute.models.accounts import Role
from communaute.web.addresses import LARGEST


# An act of a feature without a sentence here is shown by its own word.
ACTS = {
    "access-refused": "Accès refusé",
    "account-created": "Compte créé par la ligne de commande",
    "account-erased": "Compte effacé",
    "delivery-decided": "Courriel décidé",
    "forged-request-refused": "Envoi falsifié refusé",
    "role-granted": "Rôle donné",
    "role-withdrawn": "Rôle retiré",
    "second-factor-removed": "Double authentification retirée par la ligne de commande",
}


@bp.get("/journal")
@role_required(Role.ADMINISTRATOR)
def journal() -> ResponseReturnValue:
    """The latest entries; of one act (`acte`), before one entry (`avant`)."""
    act = request.args.get("acte", "")
    chosen = act if act in audit.acts(db.session()) else ""
    before = request.args.get("avant", type=int)
    entries = audit.latest(db.session(), act=chosen, before=within(before), limit=audit.PAGE)
    return page(
        "backoffice/journal.html",
        entries=entries,
        act=chosen,
        acts=ACTS,
        kinds=audit.acts(db.session()),
        more=len(entries) == audit.PAGE,
    )


def within(number: int | None) -> int | None:
    """A number typed in the address, as one that an entry may have."""
    return None if number is None else max(0, min(number, LARGEST))
