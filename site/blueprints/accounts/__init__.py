"""Accounts: sign-up, sign-in, second factor, « Mon espace »."""

from flask import Blueprint, Flask


bp = Blueprint("accounts", __name__, url_prefix="/compte")
HERE = "/compte/"
# What may be sent from one address: what writes to somebody, what guesses, what changes one's own account.
MAILS, CODES, FORMS = (
    "6 per minute; 30 per hour",
    "10 per minute; 50 per hour",
    "20 per minute; 100 per hour",
)
MODULES = ("entering", "links", "factors", "views")


def init_app(app: Flask) -> None:
    """Know who is signed in; write refused forgeries down."""
    from communaute.blueprints.accounts import guards, presence

    presence.init_app(app)
    guards.init_app(app)
