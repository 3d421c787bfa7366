"""Trainings: their pages, sign-up without account, one's own registration, the organiser's desk."""

from flask import Blueprint

from communaute.blueprints.trainings.panel import panel
from communaute.blueprints.trainings.searching import documents, training_card
from communaute.config import PACKAGE
from communaute.domain.keeping import period_in_words
from communaute.domain.trainings import places
from communaute.web.tools import Tool


bp = Blueprint("trainings", __name__)
bp.add_app_template_global(lambda name: period_in_words(getattr(places, name)), "place_waits")
MODULES = (
    "pages",
    "dates",
    "sign_up",
    "own",
    "afterwards",
    "overview",
    "planning",
    "pair",
    "changing",
    "statistics",
)


def a_training(value: str) -> str:
    """The file name of a training's page: asked while the content is still being read.

    Raises ValueError.
    """
    known = {path.stem for path in (PACKAGE / "content" / "formations").glob("[!_]*.md")}
    if value not in known:
        raise ValueError(f"Pas de formation « {value} » dans content/formations.")
    return value


TOOLS = (
    Tool(
        name="inscription",
        title="S’inscrire à une formation",
        endpoint="trainings.sign_up",
        summary="Choisissez vos dates et donnez votre adresse : la place est gratuite, sans compte à créer.",
        needs="une adresse électronique que vous pouvez ouvrir tout de suite",
        arguments={"formation": a_training},
    ),
)
CARDS = (training_card,)
PANELS = (panel,)
DOCUMENTS = (documents,)
