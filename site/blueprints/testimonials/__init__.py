"""« Témoigner »: to send a testimonial, one's own page by its link, and what the team decides."""

from flask import Blueprint

from communaute.web.tools import Tool


bp = Blueprint("testimonials", __name__)
MODULES = ("views", "own", "management")

TOOLS = (
    Tool(
        name="temoignage",
        title="Témoigner",
        endpoint="testimonials.write",
        summary="Racontez vos débuts avec Chorus Pro ; vous relirez avant l’envoi, et retirerez quand vous voudrez.",
    ),
)
