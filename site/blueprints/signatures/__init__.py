"""The signature checker: a page, a report to print, an API. No account, no cookie."""

from flask import Blueprint, Flask

from communaute.web.tools import Tool


bp = Blueprint("signatures", __name__)
MODULES = ("views", "museum", "reports", "controls", "api")
TOOLS = (
    Tool(
        name="signature",
        title="Vérifier une signature électronique",
        endpoint="signatures.ask",
        summary="Déposez un document signé : vous saurez qui a signé, quand, et si la signature est valable.",
        needs="le document signé, tel que vous l’avez reçu",
    ),
)


def init_app(app: Flask) -> None:
    """Show the verifier and its lists in /sante/pret; take documents, which are larger than forms."""
    from communaute.blueprints.signatures import uploads, verifier
    from communaute.wiring import current

    state = app.extensions[current.KEY]
    state.notes["signatures"] = verifier.note
    for address in ("/outils/signature", "/api/v1/signatures"):
        app.config["LARGER_BODIES"][address] = uploads.largest_body(state.settings.signature_bytes)
