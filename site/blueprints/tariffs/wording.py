"""Tariffs in French: amounts, periods, dates that count, how sure they are."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from communaute.domain.tariffs.dates import ACT, REQUISITION, SERVICE
from communaute.domain.tariffs.standing import (
    ANNOUNCED,
    LAST_KNOWN,
    SECONDARY,
    UNSURE_START,
    Standing,
)
from communaute.editorial import typography
from communaute.web.dates import french_amount, french_date


LEGIFRANCE = (
    "https://www.legifrance.gouv.fr/search/code?tab_selection=code&searchField=NUM_ARTICLE&query="
)
GITHUB = "https://github.com/"
COUNTS = {
    REQUISITION: "C’est la date de la réquisition qui compte.",
    SERVICE: "C’est la date de la prestation qui compte.",
    ACT: "C’est la date de l’acte qui compte.",
}
UNREAD = "La date à retenir n’a pas été lue dans le texte."


def legifrance(article: str) -> str:
    """The search of Légifrance by an article's number: it gives the version in force."""
    return f"{LEGIFRANCE}{article}"


def source_address(source: str) -> str:
    """Where a text was read, as an address."""
    if source.startswith("https://"):
        return source
    repository, _, rest = source.partition("@")
    version, _, path = rest.partition(":")
    return f"{GITHUB}{repository}/blob/{version}/{path}"


@lru_cache(maxsize=2048)
def period(start: date | None, end: date | None) -> str:
    """`du 1er mars 2009 au 31 décembre 2020`, `depuis le 1er janvier 2021`."""
    if start and end:
        return f"du {french_date(start)} au {french_date(end)}"
    if start:
        return f"depuis le {french_date(start)}"
    if end:
        return f"jusqu’au {french_date(end)}, début non lu"
    return "dates non lues"


def which_date(basis: str, source: str, *, split: bool, two: bool) -> str:
    """One line: which date counts, and why; `two` when two different dates were given."""
    said = COUNTS.get(basis)
    if said:
        return typography(f"{said} {source}")
    if split:
        return f"{UNREAD} Voici le tarif à chacune de vos deux dates."
    return f"{UNREAD} Vos deux dates donnent le même tarif." if two else UNREAD


def how_sure(standing: Standing) -> str:
    """The warning to read before the amount; empty when the tariff was read for that date."""
    day = french_date(standing.verified_on)
    return {
        LAST_KNOWN: f"Dernier tarif connu, vérifié jusqu’au {day}, à confirmer sur Légifrance.",
        SECONDARY: "Lu dans une source secondaire, pas dans le texte lui-même : à vérifier.",
        ANNOUNCED: "Montant annoncé, non lu dans le texte : à vérifier.",
        UNSURE_START: "Début de validité non lu : ce montant valait peut-être à cette date.",
    }.get(standing.kind, "")


def confidence(row_confidence: str) -> str:
    """How the figure is known, in words."""
    if row_confidence == "read":
        return "lu mot à mot dans le texte"
    return "lu dans une source secondaire, pas dans le texte"


@lru_cache(maxsize=2048)
def euros(amount: Decimal) -> str:
    """`1 110,00 €`."""
    return french_amount(amount)


def iso_date(text: str) -> date:
    """A date kept as text."""
    return date.fromisoformat(text)
