"""The signature checker: a page, a report to print, an API. No account, no cookie."""

from flask import Blueprint, Flask

from communaute.web.tools import Tool


bp = Blueprint("signatures", __name__)
MODULES = ("views", "reports", "controls", "api")
TOOLS = (
    Tool(
        name="signature",
        title="Vérifier une signature électronique",
        endpoint="signatures.ask",
        summary="Déposez un document signé\u202f: vous saurez qui a signé, quand, et si la signature est valable.",
        needs="le document signé, tel que vous l’avez reçu",
    ),
)


def init_app(app: Flask) -> None:
    """Show the verifier and its lists in /sante/pret."""
    from communaute import current
    from communaute.blueprints.signatures import verifier

    app.extensions[current.KEY].notes["signatures"] = verifier.note
