"""The topics one may silence, and which of them each event belongs to."""

from enum import StrEnum

from communaute.domain.structures.events import EventKind


class Topic(StrEnum):
    """A kind of news, as the settings name it. The values are in forms and in rows: keep them."""

    AVAILABLE = "facture-disponible"
    SUSPENDED = "facture-suspendue"
    REJECTED = "facture-rejetee"
    PAID = "facture-payee"
    OTHER_STEP = "facture-autre-etape"
    ATTACHMENT = "rattachement"
    SPACE = "espace"
    MANDATE = "mandat"
    STRUCTURE = "structure"
    MESSAGE = "message"


LABELS = {
    Topic.AVAILABLE: "Une facture est mise à disposition",
    Topic.SUSPENDED: "Une facture est suspendue, ou à recycler",
    Topic.REJECTED: "Une facture est rejetée, ou refusée",
    Topic.PAID: "Une facture est mandatée, comptabilisée, mise en paiement",
    Topic.OTHER_STEP: "Une facture franchit une autre étape",
    Topic.ATTACHMENT: "Une demande de rattachement (pour les gestionnaires), et la réponse à la vôtre",
    Topic.SPACE: "Un espace est ouvert",
    Topic.MANDATE: "Un mandat de facturation est noté",
    Topic.STRUCTURE: "Une structure est déclarée, ou change de SIRET",
    Topic.MESSAGE: "Un message d’une structure partenaire, envoyé tout de suite sans attendre le récapitulatif",
}
OF_STATUS = {
    "MISE_A_DISPOSITION": Topic.AVAILABLE,
    "SUSPENDUE": Topic.SUSPENDED,
    "A_RECYCLER": Topic.SUSPENDED,
    "REJETEE": Topic.REJECTED,
    "REFUSEE": Topic.REJECTED,
    "NON_CONFORME": Topic.REJECTED,
    "MANDATEE": Topic.PAID,
    "MISE_A_DISPOSITION_COMPTABLE": Topic.PAID,
    "COMPTABILISEE": Topic.PAID,
    "MISE_EN_PAIEMENT": Topic.PAID,
}
OF_KIND = {
    EventKind.INVOICE_RECEIVED: Topic.AVAILABLE,
    EventKind.ATTACHMENT_ASKED: Topic.ATTACHMENT,
    EventKind.ATTACHMENT_ACCEPTED: Topic.ATTACHMENT,
    EventKind.ATTACHMENT_REFUSED: Topic.ATTACHMENT,
    EventKind.SPACE_OPENED: Topic.SPACE,
    EventKind.MANDATE_ADDED: Topic.MANDATE,
    EventKind.MESSAGE: Topic.MESSAGE,
}
# What is mailed when it comes (domain/messages): no digest tells it again.
AT_ONCE = frozenset({Topic.MESSAGE})


def topic_of(kind: str, status: str = "") -> Topic:
    """The topic of an event; `status` is the invoice's, for an invoice's."""
    if kind == EventKind.INVOICE_STATUS:
        return OF_STATUS.get(status, Topic.OTHER_STEP)
    return OF_KIND.get(EventKind(kind), Topic.STRUCTURE)
