"""The tariff finder, its calculators and its open data."""

from functools import lru_cache

from flask import Blueprint

from communaute.blueprints.tariffs.searching import documents, tariff_card
from communaute.config import PACKAGE
from communaute.editorial.tariffs import FOLDER, lines_of
from communaute.web.tools import Tool


bp = Blueprint("tariffs", __name__)
MODULES = ("finder", "open_data", "reports", "calculators.pages")


@lru_cache
def known(file: str, column: str) -> frozenset[str]:
    """The names that a CSV file of the content defines."""
    path = PACKAGE / "content" / FOLDER / file
    return frozenset(cells[column] for _, cells in lines_of(path))


def a_category(value: str) -> str:
    """A provider category's slug. Raises ValueError."""
    if value not in known("categories.csv", "category"):
        raise ValueError(f"Pas de catégorie de prestataires « {value} ».")
    return value


def an_article(value: str) -> str:
    """A text of reference. Raises ValueError."""
    if value not in known("articles.csv", "article"):
        raise ValueError(f"Pas de texte de référence « {value} ».")
    return value


def some_words(value: str) -> str:
    """Words to look for. Raises ValueError past 100 characters."""
    if len(value) > 100:
        raise ValueError("Cent caractères au plus.")
    return value


TOOLS = (
    Tool(
        name="tarifs",
        title="Trouver un tarif de frais de justice",
        endpoint="tariffs.find",
        summary=(
            "Donne le montant, pour vos dates, avec l’article qui le fixe : interprètes, "
            "experts, délégués du procureur, opérateurs…"
        ),
        needs="la date de la réquisition et celle de la prestation",
        arguments={"categorie": a_category, "texte": an_article, "q": some_words},
    ),
)
CARDS = (tariff_card,)
DOCUMENTS = (documents,)
