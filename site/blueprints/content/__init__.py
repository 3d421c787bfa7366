"""What the site says: home, sections, pages, feeds."""

from flask import Blueprint

from communaute.blueprints.content.cards import status_card, term_card


bp = Blueprint("content", __name__)
MODULES = ("views", "machines")
CARDS = (status_card, term_card)
