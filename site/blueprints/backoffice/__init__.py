"""Management: what staff must look at and decide."""

from flask import Blueprint


bp = Blueprint("backoffice", __name__, url_prefix="/gestion")
MODULES = ("waiting", "roles", "attachments", "deliveries", "journal", "postbox", "contents")
