"""Words of messages: an audience in a sentence, ready-made texts."""

from dataclasses import dataclass

from communaute.domain.messages.values import Audience, Filters, Reason
from communaute.domain.structures.statuses import STATUSES
from communaute.french.dates import date_in_words
from communaute.french.numbers import listed, number
from communaute.models.structures import Nature
from communaute.wiring import current


# Which ready-made texts suit which senders, in the order of the page.
MODELS = {
    "siret": tuple(Nature),
    "engagement": (Nature.PUBLIC,),
    "service": (Nature.PUBLIC,),
    "cloture": tuple(Nature),
}
WHY_LEFT_OUT = {
    Reason.FILTERED: "hors de vos critères",
    Reason.RECENT: "déjà destinataires d’un message de vous dans les 7 derniers jours",
    Reason.INACTIVE: "inactives",
    Reason.DIRECTION: "dans l’autre sens",
}


@dataclass(frozen=True)
class Model:
    """A ready-made text."""

    name: str
    title: str
    subject: str
    body: str


def models_for(nature: str) -> dict[str, Model]:
    """The ready-made texts that suit a sender, by name."""
    return {name: model(name) for name, natures in MODELS.items() if nature in natures}


def model(name: str) -> Model:
    """One of them, as content/textes/messages.md has it."""
    text = current.text(f"messages/modele-{name}")
    body = text.parts["texte"].words.replace("\n", "\n\n")
    return Model(name, text.title, text.parts["objet"].words, body)


def audience_words(nature: str, filters: Filters, found: Audience) -> str:
    """« 3 de vos fournisseurs : ceux dont… »: who is written to, in a sentence."""
    public = nature == Nature.PUBLIC
    one, many = ("fournisseur", "fournisseurs") if public else ("client public", "clients publics")
    if not found.count:
        return f"Personne : aucun {one} ne répond à ces critères."
    told = _conditions(filters)
    if told:
        whose = "celui dont" if found.count == 1 else "ceux dont"
        return f"{number(found.count)} de vos {many} : {whose} une facture est {listed(told)}."
    act = "dont vous avez reçu" if public else "à qui vous avez adressé"
    if found.count == 1:
        return f"Votre seul {one} : celui {act} au moins une facture."
    return f"Vos {number(found.count)} {many} : tous ceux {act} au moins une facture."


def _conditions(filters: Filters) -> list[str]:
    told = []
    if filters.service:
        told.append(f"adressée au service {filters.service}")
    if filters.since:
        told.append(f"émise depuis le {date_in_words(filters.since)}")
    if filters.status in STATUSES:
        told.append(f"au statut « {STATUSES[filters.status].label} »")
    return told
