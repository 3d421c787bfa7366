"""« Cette page vous a-t-elle été utile ? », what editors make of it, and the public figures."""

from flask import Blueprint

from communaute.web.tools import Tool


bp = Blueprint("opinions", __name__)
MODULES = ("views", "management")


def a_path(value: str) -> str:
    """A page's address on this site. Raises ValueError."""
    if not value.startswith("/") or len(value) > 200:
        raise ValueError("L’adresse d’une page commence par « / ».")
    return value


TOOLS = (
    Tool(
        name="avis",
        title="Donner son avis sur une page",
        endpoint="opinions.give",
        summary="Dites si une page vous a aidé, et ce qui lui manque. Votre avis est anonyme.",
        arguments={"page": a_path},
        public=False,
    ),
)
