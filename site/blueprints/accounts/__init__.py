"""Accounts: sign-up, sign-in, second factor, « Mon espace »."""

from flask import Blueprint


bp = Blueprint("accounts", __name__, url_prefix="/compte")
