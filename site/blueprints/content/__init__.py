"""What the site says: home, sections, pages, feeds."""

from functools import partial

from flask import Blueprint, Flask

from communaute.blueprints.content.cards import status_card, term_card
from communaute.blueprints.content.kept import key_now
from communaute.web.page_front import PageFront
from communaute.wiring import current, withdrawals


# The kinds of content that have a section and pages of their own address.
SECTIONS = (
    "guides",
    "questions",
    "bonnes-pratiques",
    "parcours",
    "statuts",
    "formations",
    "tarifs",
    "actualites",
    "temoignages",
    "newsletter",
)

# The part of a rule that only a section matches.
SECTION = "/<any({}):kind>".format(", ".join(f'"{name}"' for name in SECTIONS))

bp = Blueprint("content", __name__)
MODULES = ("views", "machines", "reuse", "booklets", "typed")
CARDS = (status_card, term_card)


def init_app(app: Flask) -> None:
    """Pages already made are answered before Flask, except in development, where files change."""
    state = app.extensions[current.KEY]

    def key_once_looked(address: str) -> str:
        withdrawals.look(app)
        return key_now(address)

    state.front = PageFront(
        state.pages, key_once_looked, frozenset(state.settings.hosts), enabled=not app.debug
    )
    state.front.stand_before(app)
    app.before_request(partial(withdrawals.look, app))
