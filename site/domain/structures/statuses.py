"""The statuses of an invoice: what each means, whose turn it is, which reasons are compulsory.

Meanings come from what is published, graded C, 2 or D; each page of content/statuts says its sources, and
a test holds codes, titles and turns of the two together.
"""

from dataclasses import dataclass
from enum import StrEnum


class Actor(StrEnum):
    """Whose turn it is; the same words as `actor` in content/statuts."""

    SUPPLIER = "fournisseur"
    RECIPIENT = "destinataire"
    ACCOUNTANT = "comptable"
    NOBODY = "personne"


@dataclass(frozen=True)
class Status:
    """One status. `slug` is its page under /statuts/; sentences are for each of the two sides."""

    code: str
    label: str
    slug: str
    actor: Actor
    for_sender: str
    for_recipient: str
    # Published for the first two (AIFE, API « Factures »); a validator's refusal asks for one too.
    reason_required: bool = False

    @property
    def url(self) -> str:
        """Its page."""
        return f"/statuts/{self.slug}"


_SUPPLIER, _RECIPIENT, _ACCOUNTANT, _NOBODY = Actor

ROWS = (
    Status(
        "BROUILLON",
        "Brouillon",
        "brouillon",
        _SUPPLIER,
        "La facture est enregistrée, pas envoyée. Validez-la et envoyez-la.",
        "L’émetteur prépare la facture\u202f: vous ne l’avez pas encore reçue.",
    ),
    Status(
        "INTERPRETEE_OCR",
        "PDF lu, pas encore envoyé",
        "interpretee-ocr",
        _SUPPLIER,
        "Le PDF est lu, la facture n’est pas envoyée. Vérifiez les champs, puis soumettez-la.",
        "L’émetteur vérifie la lecture de son PDF\u202f: vous ne l’avez pas encore reçue.",
    ),
    Status(
        "DEPOSEE",
        "Déposée",
        "deposee",
        _NOBODY,
        "Chorus Pro a reçu votre facture. Elle n’est pas encore chez votre client.",
        "L’émetteur a envoyé la facture\u202f: elle vous parviendra.",
    ),
    Status(
        "EN_COURS_ACHEMINEMENT",
        "En cours d’acheminement",
        "en-cours-acheminement",
        _NOBODY,
        "Votre facture est en route vers votre client.",
        "La facture est en route vers vous.",
    ),
    Status(
        "A_VALIDER",
        "À valider",
        "a-valider",
        _RECIPIENT,
        "Le titulaire ou le mandataire doit donner son accord\u202f: il a 15 jours.",
        "Le titulaire ou le mandataire doit donner son accord avant que vous la receviez.",
    ),
    Status(
        "VALIDEE",
        "Validée",
        "validee",
        _RECIPIENT,
        "Le titulaire ou le mandataire a donné son accord\u202f: la facture continue son chemin.",
        "Le titulaire ou le mandataire a donné son accord.",
    ),
    Status(
        "ABSENCE_VALIDATION_1_HORS_DELAI",
        "Absence de validation hors délai",
        "absence-de-validation-hors-delai",
        _RECIPIENT,
        "Le valideur n’a pas répondu à temps\u202f: son silence vaut accord.",
        "Le valideur n’a pas répondu à temps\u202f: son silence vaut accord.",
    ),
    Status(
        "REFUSEE",
        "Refusée",
        "refusee",
        _SUPPLIER,
        "Le titulaire ou le mandataire a refusé la facture. Lisez son motif, puis déposez une facture corrigée.",
        "Le titulaire ou le mandataire a refusé la facture\u202f: elle ne vous parviendra pas.",
        reason_required=True,
    ),
    Status(
        "ERREUR_FOURNISSEUR_SUR_VALIDEUR",
        "Erreur sur le valideur",
        "erreur-sur-valideur",
        _SUPPLIER,
        "Le valideur désigné n’est pas le bon. Corrigez-le.",
        "L’émetteur doit corriger le valideur.",
    ),
    Status(
        "MISE_A_DISPOSITION",
        "Mise à disposition",
        "mise-a-disposition",
        _RECIPIENT,
        "Votre client peut lire la facture. Le délai légal de paiement court dès qu’il en est averti.",
        "La facture est à votre disposition\u202f: traitez-la. Le délai légal court.",
    ),
    Status(
        "PRISE_EN_COMPTE_DESTINATAIRE",
        "Prise en compte par le destinataire",
        "prise-en-compte-destinataire",
        _RECIPIENT,
        "Votre client a ouvert la facture. Il lui reste à la traiter.",
        "Vous avez ouvert la facture. Il reste à la traiter.",
    ),
    Status(
        "SERVICE_FAIT",
        "Service fait",
        "service-fait",
        _RECIPIENT,
        "Votre client a constaté que la prestation a eu lieu. Il doit encore ordonner le paiement.",
        "Vous avez constaté la prestation. Il reste à ordonner le paiement.",
    ),
    Status(
        "SUSPENDUE",
        "Suspendue",
        "suspendue",
        _SUPPLIER,
        "Il manque une pièce ou une précision. Ajoutez-la\u202f: la facture garde son numéro.",
        "Vous attendez une pièce ou une précision de l’émetteur.",
        reason_required=True,
    ),
    Status(
        "COMPLETEE",
        "Complétée",
        "completee",
        _RECIPIENT,
        "Vous avez répondu à la suspension. C’est à votre client d’agir.",
        "L’émetteur a répondu à votre suspension\u202f: reprenez le traitement.",
    ),
    Status(
        "A_RECYCLER",
        "À recycler",
        "a-recycler",
        _SUPPLIER,
        "La facture est arrivée à la mauvaise adresse. Corrigez le destinataire et renvoyez-la, même numéro.",
        "La facture n’était pas pour vous, ou pas pour ce service\u202f: l’émetteur corrige l’adresse.",
    ),
    Status(
        "REJETEE",
        "Rejetée",
        "rejetee",
        _SUPPLIER,
        "Une donnée est fausse. Lisez le motif, puis déposez une nouvelle facture avec un nouveau numéro.",
        "Vous avez rejeté la facture\u202f: l’émetteur en déposera une autre.",
        reason_required=True,
    ),
    Status(
        "MANDATEE",
        "Mandatée",
        "mandatee",
        _ACCOUNTANT,
        "Votre client a donné l’ordre de payer. La facture va chez le comptable public.",
        "Vous avez donné l’ordre de payer. Ne changez plus le statut.",
    ),
    Status(
        "MISE_A_DISPOSITION_COMPTABLE",
        "Mise à disposition comptable",
        "mise-a-disposition-comptable",
        _ACCOUNTANT,
        "Le comptable public a reçu l’ordre de payer votre facture.",
        "Le comptable public a reçu votre ordre de payer. Ne changez plus le statut.",
    ),
    Status(
        "COMPTABILISEE",
        "Comptabilisée",
        "comptabilisee",
        _ACCOUNTANT,
        "Votre facture est dans les comptes du comptable public. Le paiement suit.",
        "La facture est dans les comptes. Le paiement suit.",
    ),
    Status(
        "MISE_EN_PAIEMENT",
        "Mise en paiement",
        "mise-en-paiement",
        _NOBODY,
        "L’argent est parti. Comptez encore le délai de votre banque.",
        "La facture est mise en paiement.",
    ),
    Status(
        "ABANDONNEE",
        "Abandonnée",
        "abandonnee",
        _NOBODY,
        "La facture a été laissée de côté\u202f: plus rien ne lui arrivera.",
        "La facture a été laissée de côté\u202f: plus rien ne lui arrivera.",
    ),
    Status(
        "SUPPRIMEE",
        "Supprimée",
        "supprimee",
        _NOBODY,
        "La facture a été supprimée\u202f: plus rien ne lui arrivera.",
        "La facture a été supprimée\u202f: plus rien ne lui arrivera.",
    ),
    Status(
        "NON_CONFORME",
        "Non conforme",
        "non-conforme",
        _SUPPLIER,
        "La facture ne respecte pas une règle attendue. Corrigez, puis déposez une nouvelle facture.",
        "La facture ne respecte pas une règle attendue\u202f: elle s’arrête là.",
    ),
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
