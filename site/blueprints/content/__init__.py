"""What the site says: home, sections, pages, feeds."""

from flask import Blueprint


bp = Blueprint("content", __name__)
MODULES = ("views", "machines")
