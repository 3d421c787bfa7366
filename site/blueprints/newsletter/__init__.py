"""The newsletter: subscribe, one's preferences, leave; management, and what mail machines tell."""

from flask import Blueprint

from communaute.blueprints.newsletter.openapi import DESCRIPTION as OPENAPI
from communaute.blueprints.newsletter.panel import panel
from communaute.web.tools import Tool


__all__ = ["MODULES", "OPENAPI", "PANELS", "TOOLS", "bp"]
bp = Blueprint("newsletter", __name__)
MODULES = ("subscribing", "leaving", "preferences", "management", "returns")
PANELS = (panel,)

TOOLS = (
    Tool(
        name="abonnement",
        title="S'abonner à la newsletter",
        endpoint="newsletter.subscribe",
        summary=(
            "Vous donnez votre adresse et vos thèmes, vous confirmez par courriel. Vous partez d'un clic."
        ),
        needs="votre adresse électronique",
    ),
)
