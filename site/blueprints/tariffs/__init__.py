"""The tariff finder, its calculators and its open data."""

from collections.abc import Callable
from functools import cache

from flask import Blueprint

from communaute.blueprints.tariffs.searching import documents, tariff_card
from communaute.config import PACKAGE
from communaute.editorial.tariffs import FOLDER, lines_of
from communaute.web.tools import Tool


bp = Blueprint("tariffs", __name__)
MODULES = ("finder", "open_data", "reports", "calculators.pages")


def named_in(file: str, column: str, what: str) -> Callable[[str], str]:
    """A reader of a name that a CSV file of the content defines; it raises ValueError."""

    @cache
    def known() -> frozenset[str]:
        path = PACKAGE / "content" / FOLDER / file
        return frozenset(cells[column] for _, cells in lines_of(path))

    def read(value: str) -> str:
        if value not in known():
            raise ValueError(f"Pas de {what} « {value} ».")
        return value

    return read


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
        arguments={
            "categorie": named_in("categories.csv", "category", "catégorie de prestataires"),
            "texte": named_in("articles.csv", "article", "texte de référence"),
            "q": some_words,
        },
    ),
)
CARDS = (tariff_card,)
DOCUMENTS = (documents,)
