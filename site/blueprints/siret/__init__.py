"""The SIRET checker."""

from flask import Blueprint

from communaute.blueprints.siret.cards import siret_card
from communaute.web.tools import Tool


bp = Blueprint("siret", __name__)


def any_text(value: str) -> str:
    """A SIRET to begin with: whatever it is, the tool answers it in a sentence."""
    return value


TOOLS = (
    Tool(
        name="verifier-siret",
        title="Vérifier un SIRET",
        endpoint="siret.check",
        summary="Contrôle les 14 chiffres d’un SIRET et montre ses deux parties : l’entreprise et l’établissement.",
        needs="le SIRET, avec ou sans espaces",
        arguments={"siret": any_text},
    ),
)
CARDS = (siret_card,)
