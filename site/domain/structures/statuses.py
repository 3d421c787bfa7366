"""The statuses of an invoice, and whose turn it is: what the code must know of them.

What each means, what to do, by when and which guide to read are said by its page of content/statuts, and
nowhere else; a test holds codes, titles, addresses and actors of the two together.
"""

from dataclasses import dataclass
from enum import StrEnum


class Actor(StrEnum):
    """Who acts next; the same names as `actor` in content/statuts."""

    SUPPLIER = "fournisseur"
    RECIPIENT = "destinataire"
    VALIDATOR = "valideur"
    ACCOUNTANT = "comptable"
    NOBODY = "personne"


ACTORS = {
    Actor.SUPPLIER: "le fournisseur",
    Actor.RECIPIENT: "le client public",
    Actor.VALIDATOR: "le titulaire ou le mandataire",
    Actor.ACCOUNTANT: "le comptable public",
    Actor.NOBODY: "personne, il n’y a rien à faire",
}


class Turn(StrEnum):
    """Where an invoice is for one of its two structures."""

    YOURS = "yours"
    WAITING = "waiting"
    OVER = "over"


@dataclass(frozen=True)
class Status:
    """One status. `slug` is its page under /statuts/."""

    code: str
    label: str
    slug: str
    actor: Actor
    # Published for the first two (AIFE, API « Factures »); a validator's refusal asks for one too.
    reason_required: bool = False

    @property
    def url(self) -> str:
        """Its page."""
        return f"/statuts/{self.slug}"


ROWS = (
    Status("BROUILLON", "Brouillon", "brouillon", Actor.SUPPLIER),
    Status("INTERPRETEE_OCR", "PDF lu, pas encore envoyé", "interpretee-ocr", Actor.SUPPLIER),
    Status("DEPOSEE", "Déposée", "deposee", Actor.NOBODY),
    Status(
        "EN_COURS_ACHEMINEMENT", "En cours d’acheminement", "en-cours-acheminement", Actor.NOBODY
    ),
    Status("A_VALIDER", "À valider", "a-valider", Actor.VALIDATOR),
    Status("VALIDEE", "Validée", "validee", Actor.NOBODY),
    Status(
        "ABSENCE_VALIDATION_1_HORS_DELAI",
        "Absence de validation hors délai",
        "absence-de-validation-hors-delai",
        Actor.NOBODY,
    ),
    Status("REFUSEE", "Refusée", "refusee", Actor.SUPPLIER, reason_required=True),
    Status(
        "ERREUR_FOURNISSEUR_SUR_VALIDEUR",
        "Erreur sur le valideur",
        "erreur-sur-valideur",
        Actor.SUPPLIER,
    ),
    Status(
        "MISE_A_DISPOSITION",
        "Mise à disposition du destinataire",
        "mise-a-disposition",
        Actor.RECIPIENT,
    ),
    Status(
        "PRISE_EN_COMPTE_DESTINATAIRE",
        "Prise en compte par le destinataire",
        "prise-en-compte-destinataire",
        Actor.RECIPIENT,
    ),
    Status("SERVICE_FAIT", "Service fait", "service-fait", Actor.RECIPIENT),
    Status("SUSPENDUE", "Suspendue", "suspendue", Actor.SUPPLIER, reason_required=True),
    Status("COMPLETEE", "Complétée", "completee", Actor.RECIPIENT),
    Status("A_RECYCLER", "À recycler", "a-recycler", Actor.SUPPLIER),
    Status("REJETEE", "Rejetée", "rejetee", Actor.SUPPLIER, reason_required=True),
    Status("MANDATEE", "Mandatée", "mandatee", Actor.ACCOUNTANT),
    Status(
        "MISE_A_DISPOSITION_COMPTABLE",
        "Mise à disposition du comptable",
        "mise-a-disposition-comptable",
        Actor.ACCOUNTANT,
    ),
    Status("COMPTABILISEE", "Comptabilisée", "comptabilisee", Actor.ACCOUNTANT),
    Status("MISE_EN_PAIEMENT", "Mise en paiement", "mise-en-paiement", Actor.NOBODY),
    Status("ABANDONNEE", "Abandonnée", "abandonnee", Actor.NOBODY),
    Status("SUPPRIMEE", "Supprimée", "supprimee", Actor.NOBODY),
    Status("NON_CONFORME", "Non conforme", "non-conforme", Actor.SUPPLIER),
)
STATUSES = {row.code: row for row in ROWS}
# Other spellings of the same, seen in what is published.
OTHER_SPELLINGS = {
    "A_VALIDER_1": "A_VALIDER",
    "A_VALIDER_2": "A_VALIDER",
    "VALIDEE_1": "VALIDEE",
    "VALIDEE_2": "VALIDEE",
    "REFUSEE_1": "REFUSEE",
    "REFUSEE_2": "REFUSEE",
    "ABSENCE_VALIDATION_2_HORS_DELAI": "ABSENCE_VALIDATION_1_HORS_DELAI",
    "EN_COURS_TRAITEMENT_PIVOT_S": "EN_COURS_ACHEMINEMENT",
    "SERVICE-FAIT": "SERVICE_FAIT",
}
# The statuses that ask something of each side. A rejected invoice is over, yet its sender has another to send.
SENDER_ACTS = tuple(row.code for row in ROWS if row.actor is Actor.SUPPLIER)
RECIPIENT_ACTS = tuple(row.code for row in ROWS if row.actor is Actor.RECIPIENT)
