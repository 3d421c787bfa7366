"""SIRET: the checker, and the change that one can rehearse."""

from flask import Blueprint

from communaute.blueprints.siret.cards import change_card, siret_card
from communaute.web.tools import Tool


bp = Blueprint("siret", __name__)
MODULES = ("views", "walkthrough", "receipts")
TOOLS = (
    Tool(
        name="changement-siret",
        title="Changer de SIRET",
        endpoint="siret.change",
        summary=(
            "Suivez les cinq étapes de Chorus Pro, voyez avant de confirmer ce qui vous suit et ce "
            "qu’il faudra refaire. Vous pouvez vous exercer sans compte."
        ),
        needs="rien pour vous exercer ; l’ancien et le nouveau SIRET pour de vrai",
    ),
    Tool(
        name="verifier-siret",
        title="Vérifier un SIRET",
        endpoint="siret.check",
        summary="Contrôle les 14 chiffres d’un SIRET et montre ses deux parties : l’entreprise et l’établissement.",
        needs="le SIRET, avec ou sans espaces",
        arguments={"siret": str},  # whatever it is, the tool answers it in a sentence
    ),
)
CARDS = (siret_card, change_card)
