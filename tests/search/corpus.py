"""A small library of pages that search tests build indexes from."""

from collections.abc import Iterable
from pathlib import Path

from search_index import Document, build, open_index
from search_index.opening import Index


def section(name: str, title: str, body: str, headings: str = "", **more: object) -> Document:
    """Return a section; `name` is "page" or "page#anchor"."""
    page = name.split("#")[0]
    return Document(
        id=name,
        page=page,
        url=f"/{name}",
        title=title,
        headings=headings,
        body=body,
        **more,  # type: ignore[arg-type]
    )


# Pages about nothing that is searched: words need company to be rare or common.
FILLER = tuple(
    section(f"autre-{i}", f"Page numéro {i}", f"Un texte sur un tout autre sujet, le {word}.")
    for i, word in enumerate(("jardin", "violon", "voilier", "fromage", "moulin", "glacier"))
)

LIBRARY = (
    section(
        "deposer",
        "Déposer une facture",
        "Pour transmettre une facture, choisissez le dépôt d’un PDF ou la saisie en ligne. "
        "Le SIRET 123 456 789 00012 du client est demandé, puis l’engagement juridique (EJ).",
        kind="guides",
        audience=("fournisseur",),
    ),
    section(
        "deposer#pieces",
        "Déposer une facture",
        "Les pièces jointes sont des PDF. Chacune pèse 4 950 724 octets au plus.",
        headings="Joindre des pièces",
        kind="guides",
        audience=("fournisseur",),
    ),
    section(
        "deposer#corriger",
        "Déposer une facture",
        "Une facture envoyée ne se corrige pas : déposez un avoir, puis une autre facture.",
        headings="Corriger une facture",
        kind="guides",
        audience=("fournisseur",),
    ),
    section(
        "siret",
        "Changer de SIRET sans rien perdre",
        "L’établissement qui déménage reçoit un nouveau SIRET ; le SIREN reste le même. "
        "Prévenez vos clients avant le changement.",
        kind="bonnes-pratiques",
        audience=("fournisseur", "entite-publique"),
        keywords=("déménagement", "NIC"),
    ),
    section(
        "tarifs",
        "Tarifs des traducteurs et interprètes",
        "L’article A43-7 du code de procédure pénale fixe le tarif ; l’article R. 122 le complète. "
        "Le code IP. 6 vaut 172 euros ; le code CNPSY désigne l’expertise psychologique.",
        kind="tarifs",
        audience=("prestataire-justice",),
    ),
    section(
        "memoire",
        "Le mémoire de frais de justice",
        "Le mémoire se dépose dans l’année. Le maître d’œuvre (MOE) n’intervient pas.",
        kind="guides",
        audience=("prestataire-justice",),
        links=("demander le paiement d’une mission",),
    ),
    section(
        "reforme-2020",
        "La facturation électronique entre entreprises",
        "La facturation électronique entre entreprises commencera en 2023.",
        kind="actualites",
        expired=True,
        replaced_by="reforme",
    ),
    section(
        "reforme",
        "La réforme de 2026 et 2027",
        "La facturation électronique entre entreprises commence le premier septembre 2026.",
        kind="guides",
    ),
)


def index_of(
    folder: Path, documents: Iterable[Document] = LIBRARY, synonyms: Iterable[list[str]] = ()
) -> Index:
    """Build and open an index of the documents."""
    build(folder, documents, synonyms)
    return open_index(folder)


def found(index: Index, text: str, **options: object) -> list[str]:
    """Return the ids of the hits, best first."""
    return [hit.id for hit in index.search(text, **options).hits]  # type: ignore[arg-type]
