"""Trainings: their pages, sign-up without account, one's own registration, the organiser's desk."""

from flask import Blueprint

from communaute.blueprints.trainings.searching import documents, training_card
from communaute.web.tools import Tool


bp = Blueprint("trainings", __name__)
MODULES = (
    "pages",
    "dates",
    "feeds",
    "signing_up",
    "own",
    "own_acts",
    "offers",
    "afterwards",
    "overview",
    "planning",
    "pair",
    "queue",
    "moving",
    "exports",
    "statistics",
)


def a_training(value: str) -> str:
    """The file name of a training's page. Raises ValueError."""
    from communaute import PACKAGE  # the package imports its blueprints

    known = {path.stem for path in (PACKAGE / "content" / "formations").glob("[!_]*.md")}
    if value not in known:
        raise ValueError(f"Pas de formation «\u202f{value}\u202f» dans content/formations.")
    return value


TOOLS = (
    Tool(
        name="inscription",
        title="S’inscrire à une formation",
        endpoint="trainings.sign_up",
        summary="Choisissez vos dates et donnez votre adresse\u202f: la place est gratuite, sans compte à créer.",
        needs="une adresse électronique que vous pouvez ouvrir tout de suite",
        arguments={"formation": a_training},
    ),
)
CARDS = (training_card,)
DOCUMENTS = (documents,)
