"""« Mes messages »: write to those one has invoices with, read what one was sent; no reply anywhere."""

from flask import Blueprint

from communaute.blueprints.messages.panel import panel
from communaute.web.tools import Tool


bp = Blueprint("messages", __name__)
MODULES = ("views", "writing", "preparing", "sent", "reading", "leaving", "management")
PANELS = (panel,)
TOOLS = (
    Tool(
        name="messages",
        title="Mes messages",
        endpoint="messages.tool",
        summary=(
            "Prévenez en une fois les structures avec lesquelles vous échangez des factures, ou lisez ce "
            "qu’elles vous annoncent. Vous pouvez vous exercer sans compte."
        ),
        needs="rien pour vous exercer ; un compte rattaché à votre structure pour écrire ou lire",
    ),
)
