"""Accounts: sign-up, sign-in, second factor, « Mon espace »."""

from flask import Blueprint, Flask


bp = Blueprint("accounts", __name__, url_prefix="/compte")
HERE = "/compte/"
MODULES = ("entering", "links", "factors", "views")


def init_app(app: Flask) -> None:
    """Know who is signed in; write refused forgeries down."""
    from communaute.blueprints.accounts import guards, presence

    presence.init_app(app)
    guards.init_app(app)
