"""The lifecycle of an invoice: one table of transitions, and what it answers.

Which status follows which is OUR OWN rule, deduced from what is published: Chorus Pro's own matrix is
not. Pages say so with OWN_RULE.
"""

from enum import StrEnum
from functools import cache

from communaute.domain.structures.errors import ImpossibleStatus, ReasonMissing
from communaute.domain.structures.statuses import (
    ACTORS,
    OTHER_SPELLINGS,
    STATUSES,
    Actor,
    Status,
    Turn,
)


OWN_RULE = (
    "L’enchaînement des statuts est déduit de ce qui est publié : Chorus Pro ne publie pas sa "
    "propre table."
)
LONGEST_REASON = 2000


class Giver(StrEnum):
    """Who gives a status."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    ACCOUNTANT = "accountant"
    VALIDATOR = "validator"
    SYSTEM = "system"


_TREATED = "PRISE_EN_COMPTE_DESTINATAIRE SERVICE_FAIT MANDATEE REJETEE A_RECYCLER"
# From a status, who gives which next ones.
TABLE: dict[str, dict[Giver, str]] = {
    "BROUILLON": {Giver.SENDER: "DEPOSEE SUPPRIMEE"},
    "INTERPRETEE_OCR": {Giver.SENDER: "BROUILLON DEPOSEE SUPPRIMEE"},
    "DEPOSEE": {
        Giver.SYSTEM: "EN_COURS_ACHEMINEMENT MISE_A_DISPOSITION A_VALIDER NON_CONFORME REJETEE "
        "ERREUR_FOURNISSEUR_SUR_VALIDEUR",
    },
    "EN_COURS_ACHEMINEMENT": {Giver.SYSTEM: "MISE_A_DISPOSITION NON_CONFORME REJETEE A_RECYCLER"},
    "A_VALIDER": {
        Giver.VALIDATOR: "VALIDEE REFUSEE",
        Giver.SYSTEM: "ABSENCE_VALIDATION_1_HORS_DELAI ERREUR_FOURNISSEUR_SUR_VALIDEUR",
    },
    # A cotraitant's subcontractor needs a second agreement.
    "VALIDEE": {Giver.SYSTEM: "A_VALIDER EN_COURS_ACHEMINEMENT MISE_A_DISPOSITION"},
    "ABSENCE_VALIDATION_1_HORS_DELAI": {
        Giver.SYSTEM: "A_VALIDER EN_COURS_ACHEMINEMENT MISE_A_DISPOSITION"
    },
    "ERREUR_FOURNISSEUR_SUR_VALIDEUR": {Giver.SENDER: "A_VALIDER ABANDONNEE"},
    "MISE_A_DISPOSITION": {
        Giver.RECIPIENT: f"{_TREATED} SUSPENDUE",
        Giver.ACCOUNTANT: "MISE_A_DISPOSITION_COMPTABLE COMPTABILISEE MISE_EN_PAIEMENT",
    },
    "PRISE_EN_COMPTE_DESTINATAIRE": {
        Giver.RECIPIENT: "SERVICE_FAIT MANDATEE SUSPENDUE REJETEE A_RECYCLER",
        Giver.ACCOUNTANT: "MISE_A_DISPOSITION_COMPTABLE",
    },
    "SERVICE_FAIT": {
        Giver.RECIPIENT: "MANDATEE SUSPENDUE REJETEE A_RECYCLER",
        Giver.ACCOUNTANT: "MISE_A_DISPOSITION_COMPTABLE",
    },
    "SUSPENDUE": {Giver.SENDER: "COMPLETEE ABANDONNEE", Giver.RECIPIENT: "REJETEE"},
    # The law lets the period be interrupted once (R2192-27): no second suspension.
    "COMPLETEE": {Giver.RECIPIENT: _TREATED, Giver.SYSTEM: "MISE_A_DISPOSITION"},
    # Sent again under the same number, at the right address.
    "A_RECYCLER": {
        Giver.SENDER: "EN_COURS_ACHEMINEMENT ABANDONNEE",
        Giver.SYSTEM: "MISE_A_DISPOSITION",
    },
    # Once with the accountant, giving it back to its sender is the recipient's act alone.
    "MANDATEE": {
        Giver.ACCOUNTANT: "MISE_A_DISPOSITION_COMPTABLE COMPTABILISEE MISE_EN_PAIEMENT",
        Giver.RECIPIENT: "REJETEE",
    },
    "MISE_A_DISPOSITION_COMPTABLE": {
        Giver.ACCOUNTANT: "COMPTABILISEE MISE_EN_PAIEMENT",
        Giver.RECIPIENT: "REJETEE",
    },
    "COMPTABILISEE": {Giver.ACCOUNTANT: "MISE_EN_PAIEMENT"},
}
FIRST = ("BROUILLON", "INTERPRETEE_OCR", "DEPOSEE")
FINAL = frozenset(STATUSES) - frozenset(TABLE)
OPEN = tuple(code for code in STATUSES if code not in FINAL)
TRANSITIONS: dict[tuple[str, str], Giver] = {
    (before, after): giver
    for before, row in TABLE.items()
    for giver, following in row.items()
    for after in following.split()
}


def status(code: str) -> Status:
    """The status of a code, or of one of its other spellings. Raises ImpossibleStatus."""
    known = STATUSES.get(OTHER_SPELLINGS.get(code, code))
    if known is None:
        raise ImpossibleStatus(
            f"Le statut « {code[:40]} » est inconnu. Choisissez un statut de la liste."
        )
    return known


def is_open(code: str) -> bool:
    """Whether an invoice in this status still has to be dealt with."""
    return code not in FINAL


def turn(code: str, *, sent: bool) -> Turn:
    """Whose turn it is, for the structure that sent the invoice or for the one that received it.

    A rejected invoice leads to no other status, yet its sender still has one to send in its place.
    """
    if STATUSES[code].actor is (Actor.SUPPLIER if sent else Actor.RECIPIENT):
        return Turn.YOURS
    return Turn.WAITING if is_open(code) else Turn.OVER


def turn_in_words(code: str, *, sent: bool) -> str:
    """The same as a sentence."""
    actor = STATUSES[code].actor
    if actor is Actor.NOBODY and is_open(code):
        return "Vous n’avez rien à faire : la facture avance seule."
    return {
        Turn.YOURS: "C’est à vous d’agir.",
        Turn.WAITING: f"Attendez : {ACTORS[actor]} doit agir.",
        Turn.OVER: "C’est terminé : vous n’avez plus rien à faire pour cette facture.",
    }[turn(code, sent=sent)]


def giver(before: str, after: str) -> Giver | None:
    """Who may give `after` to an invoice in `before`; None when nobody may (our own rule)."""
    return TRANSITIONS.get((before, after))


@cache
def reachable(before: str) -> frozenset[str]:
    """Every status an invoice in `before` may come to, through any number of steps."""
    found: set[str] = set()
    waiting = [before]
    while waiting:
        here = waiting.pop()
        following = {after for (start, after) in TRANSITIONS if start == here} - found
        found |= following
        waiting += following
    return frozenset(found)


def may_have_followed(before: str, after: str) -> bool:
    """Whether `after` may come some time after `before`, steps between the two untold or late."""
    return before == after or after in reachable(before)


def check_reason(wanted: Status, reason: str) -> str:
    """The reason, without spaces around it. Raises ReasonMissing when it is compulsory or too long."""
    given = reason.strip()
    if wanted.reason_required and not given:
        raise ReasonMissing(
            f"Écrivez le motif : il est obligatoire pour « {wanted.label} ».",
            "reason",
        )
    if len(given) > LONGEST_REASON:
        raise ReasonMissing(
            f"Le motif a {len(given)} caractères : raccourcissez-le à {LONGEST_REASON}.",
            "reason",
        )
    return given
