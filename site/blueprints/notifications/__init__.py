"""Notifications: the settings, what they would have sent, the ways to leave, the inbox of the site."""

from flask import Blueprint

from communaute.blueprints.notifications.panel import panel
from communaute.web.tools import Tool


bp = Blueprint("notifications", __name__)
MODULES = ("views", "leaving", "inbox", "mails", "following")
PANELS = (panel,)

TOOLS = (
    Tool(
        name="notifications",
        title="Être prévenu par courriel",
        endpoint="notifications.tool",
        summary=(
            "Une case à cocher, et le site vous écrit quand vos factures avancent. Avant d’enregistrer, "
            "voyez les courriels que vous auriez reçus la semaine dernière."
        ),
        needs="rien pour essayer ; un compte sur ce site pour recevoir",
    ),
)
