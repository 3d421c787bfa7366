"""The search page."""

from flask import Blueprint

from communaute.blueprints.search.cards import tool_card
from communaute.web.tools import Tool


bp = Blueprint("search", __name__)
MODULES = ("views", "management")


def a_query(value: str) -> str:
    """Words to search for. Raises ValueError past 200 characters."""
    if len(value) > 200:
        raise ValueError("Une recherche compte 200 caractères au plus.")
    return value


TOOLS = (
    Tool(
        name="recherche",
        title="Rechercher",
        endpoint="search.results",
        summary="Cherche dans tout le site.",
        arguments={"q": a_query},
        public=False,
    ),
)
CARDS = (tool_card,)
