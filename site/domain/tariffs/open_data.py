"""A row as plain data: the same names for the command line, the JSON file and the CSV file."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from communaute.domain.tariffs.amounts import valued
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.values import Row


# The first names are the command's contract; the others say more.
FIELDS = {
    "id": "notre identifiant, stable : la prestation, puis la date de début (0000 si elle est inconnue)",
    "category": "catégorie de prestataires",
    "text": "texte de référence",
    "service": "prestation, en mots courants",
    "code": "code de la prestation dans le texte ; il peut changer de sens : ne le lisez jamais sans la date",
    "amount": "montant en euros, ou vide quand le texte donne une formule",
    "unit": "unité",
    "formula": "formule du texte ; S, UV, UB, B, CNPSY, C, CS, Z et K sont des valeurs datées ou inconnues",
    "conditions": "conditions",
    "valid_from": "premier jour, inclus ; vide : début inconnu",
    "valid_until": "dernier jour, inclus ; vide : pas de fin connue au jour verified_on",
    "confidence": "read : lu dans le texte ; secondary : lu dans une source secondaire",
    "verified_on": "dernier jour où la version a été vue en vigueur",
    "source_id": "identifiant dans les données d'origine",
    "nature": "tarif, plafond, majoration, reduction, unite, annonce, recette ou devis",
    "bases": "pour une majoration ou une réduction : les prestations auxquelles elle s'applique, sans leur date",
    "on_top": "ce qui s'ajoute",
    "excludes": "ce qui l'exclut",
    "date_basis": "date à retenir : requisition, service, act (l'acte) ou unknown (non lue)",
    "date_basis_source": "d'où vient cette règle",
    "source": "adresse du texte lu, ou dépôt@version:chemin",
    "verified_in": "où la version a été vue au jour verified_on, quand ce n'est pas source",
}


def as_data(row: Row, amount: Decimal | None) -> dict[str, str | None]:
    """Return a row's fields: amounts as decimal strings or None, dates ISO and inclusive."""
    special = {
        "amount": None if amount is None else str(amount),
        "valid_from": _iso(row.valid_from),
        "valid_until": _iso(row.valid_until),
        "verified_on": row.verified_on.isoformat(),
        "formula": row.formula or None,
        "bases": " ".join(row.bases) or None,
        "code": row.code or None,
    }
    return {name: special[name] if name in special else getattr(row, name) for name in FIELDS}


def rows_as_data(
    catalogue: Catalogue, rows: Iterable[Row], day: date | None = None
) -> list[dict[str, str | None]]:
    """Return rows as data; on a day, formulas whose letters are known that day are worked out."""
    return [as_data(row, _amount(catalogue, row, day)) for row in rows]


def _amount(catalogue: Catalogue, row: Row, day: date | None) -> Decimal | None:
    if day is None or row.amount is not None:
        return row.amount
    return valued(catalogue, row, day).amount


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
