"""The audit log in French: who did what, to what, with which details; what was refused."""

import json
import re
from collections.abc import Mapping

from flask import request
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import role_required
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.backoffice import bp
from communaute.domain import audit
from communaute.domain.accounts.roles import LABELS
from communaute.domain.structures.statuses import STATUSES
from communaute.extensions import db
from communaute.models.accounts import Role
from communaute.web.addresses import LARGEST
from communaute.web.rendering import attached
from communaute.web.spreadsheet import as_csv


# A test reads the code and names the act that has no sentence here.
ACTS = {
    "access-refused": "Accès refusé",
    "account-created": "Compte créé par la ligne de commande",
    "account-erased": "Compte effacé",
    "attachment-accepted": "Rattachement accepté",
    "attachment-decision-refused": "Réponse à un rattachement refusée par le site",
    "attachment-refused": "Rattachement refusé",
    "attachment-request-refused": "Demande de rattachement refusée par le site",
    "content-verified": "Page revérifiée",
    "delivery-decided": "Courriel décidé",
    "forged-request-refused": "Envoi falsifié refusé",
    "invoice-status-refused": "Changement de statut refusé par le site",
    "letter-arreter": "Envoi de la newsletter arrêté",
    "letter-asked": "Envoi de la newsletter demandé",
    "letter-pause": "Envoi de la newsletter mis en pause",
    "letter-reprendre": "Envoi de la newsletter repris",
    "message-prepared": "Message préparé",
    "message-recalled": "Message rappelé",
    "message-refused": "Message falsifié refusé",
    "message-withdrawn": "Message retiré",
    "messages-limit-raised": "Limite de destinataires changée",
    "messages-resumed": "Arrêt de messages levé",
    "messages-stopped": "Messages arrêtés",
    "role-granted": "Rôle donné",
    "role-withdrawn": "Rôle retiré",
    "second-factor-removed": "Double authentification retirée par la ligne de commande",
    "sessions-closed": "Sessions fermées par la ligne de commande",
    "siret-change-refused": "Changement de SIRET refusé par le site",
    "siret-undo-refused": "Annulation d’un changement de SIRET refusée par le site",
    "structure-change-refused": "Changement d’une structure refusé par le site",
    "structure-declare-refused": "Déclaration d’une structure refusée par le site",
    "structure-people-refused": "Changement d’un membre refusé par le site",
    "subscriber-restored": "Personne remise dans la newsletter",
    "testimonial-approve": "Témoignage publié",
    "testimonial-propose": "Corrections proposées à un témoin",
    "testimonial-refuse": "Témoignage refusé",
    "training-attendance": "Présences notées",
    "training-attestations-made": "Attestations faites",
    "training-cancelled": "Formation annulée",
    "training-capacity": "Nombre de places changé",
    "training-created": "Formation programmée",
    "training-moved": "Formation déplacée",
    "training-registrants-exported": "Liste des inscrits emportée",
}
# The domain's word for what an act is about, and the page's.
THINGS = {
    "delivery": "courriel",
    "invoice": "facture",
    "membership": "rattachement",
    "message": "message",
    "pair": "date de formation",
    "practice": "entraînement",
    "receipt": "reçu",
    "return": "courriel revenu",
    "sending": "envoi",
    "structure": "structure",
    "testimonial": "témoignage",
    "user": "compte",
}
DETAILS = {
    "decision": "décision",
    "most": "plafond",
    "note": "note",
    "reason": "raison",
    "role": "rôle",
    "urgent": "urgent",
}
EVERYBODY = {"messages of everybody": "les messages de tous"}
# Lines that a spreadsheet opens without complaint.
MOST_EXPORTED = 100_000
THING = re.compile(rf"\b({'|'.join(THINGS)}) (\w[\w-]*)")
LINKING = {" of ": " de ", " to ": " vers ", " as ": " comme ", " hurried": " hâté"}


def act_in_words(act: str) -> str:
    """« Rôle donné »; an act of a later version is shown by its own word."""
    return ACTS.get(act, act)


def target_in_words(target: str) -> str:
    """« compte n° 3 » for `user 3`; an address, or what is not known, as it is."""
    if target in EVERYBODY or target.startswith("/"):
        return EVERYBODY.get(target, target)
    for word, french in LINKING.items():
        target = target.replace(word, french)
    numbered = THING.sub(_numbered, target)
    return " ".join(STATUSES[w].label if w in STATUSES else w for w in numbered.split(" "))


def _numbered(found: re.Match[str]) -> str:
    sign = "n°\u00a0" if found[2].isdigit() else ""
    return f"{THINGS[found[1]]} {sign}{found[2]}"


def details_in_words(details: Mapping[str, str]) -> str:
    """« rôle : Formations », one after the other."""
    roles = {role.value: label for role, label in LABELS.items()}
    return ", ".join(
        f"{DETAILS.get(name, name)} : {roles.get(value, value) if name == 'role' else value}"
        for name, value in details.items()
    )


@bp.get("/journal")
@role_required(Role.ADMINISTRATOR)
def journal() -> ResponseReturnValue:
    """The latest entries; of one act (`acte`), before one entry (`avant`)."""
    act = request.args.get("acte", "")
    chosen = act if act in audit.acts(db.session()) else ""
    before = request.args.get("avant", type=int)
    if before is not None:  # as a number that an entry may have
        before = max(0, min(before, LARGEST))
    entries = audit.latest(db.session(), act=chosen, before=before, limit=audit.PAGE)
    return page(
        "backoffice/journal.html",
        entries=entries,
        act=chosen,
        act_in_words=act_in_words,
        target_in_words=target_in_words,
        details_in_words=details_in_words,
        kinds=audit.acts(db.session()),
        more=len(entries) == audit.PAGE,
    )


@bp.get("/journal.csv")
@role_required(Role.ADMINISTRATOR)
def journal_file() -> ResponseReturnValue:
    """The whole log, of one act (`acte`) if one is named, for a spreadsheet: no cell is a formula."""
    found = audit.latest(db.session(), act=request.args.get("acte", ""), limit=MOST_EXPORTED)
    rows = [
        (
            one.at.isoformat(),
            act_in_words(one.act),
            one.act,
            one.actor,
            one.target,
            json.dumps(one.details, ensure_ascii=False),
        )
        for one in found
    ]
    heads = ("Date", "Acte", "Mot du site", "Par", "Sur", "Détails")
    return attached(as_csv(heads, rows), "text/csv", "journal.csv")
