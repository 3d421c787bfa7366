"""How long personal data and visitors' words are kept: one table of rules.

It feeds `data purge`, which carries it out, and the page /donnees-personnelles, which says it.
A feature adds its rule to RULES; there is no other list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from communaute.domain.signatures.results import purge_results, purge_verifications
from communaute.models.opinions import PageOpinion


# Erases what is past its time at `now`; answers how many rows.
Purge = Callable[[Session, datetime], int]


@dataclass(frozen=True)
class Rule:
    """What is kept, why, on what legal basis and how long, in French for the page."""

    name: str
    what: str
    why: str
    legal_basis: str
    kept: str
    purge: Purge


OPINIONS_KEPT = timedelta(days=365)


def purge_opinions(session: Session, now: datetime) -> int:
    """Erase opinions a year old."""
    past = delete(PageOpinion).where(PageOpinion.given_at < now - OPINIONS_KEPT)
    return cast(CursorResult[Any], session.execute(past)).rowcount


RULES: tuple[Rule, ...] = (
    Rule(
        name="opinions",
        what="Votre avis sur une page (oui ou non, et votre remarque si vous en laissez une). Ni nom, ni adresse.",
        why="Améliorer la page.",
        legal_basis="Mission d’information du site (intérêt légitime).",
        kept="Un an.",
        purge=purge_opinions,
    ),
    Rule(
        name="signature_results",
        what="Le résultat d’une vérification de signature, qui nomme les signataires. Jamais le document.",
        why="Vous montrer le résultat et vous laisser télécharger le rapport.",
        legal_basis="Mission d’information du site (intérêt légitime).",
        kept="Quinze minutes.",
        purge=purge_results,
    ),
    Rule(
        name="signature_proofs",
        what="La preuve d’une vérification\u202f: code, empreinte du fichier, verdict, date des listes de confiance. "
        "Ni document, ni nom.",
        why="Vous laisser contrôler un rapport imprimé à l’aide de son code.",
        legal_basis="Mission d’information du site (intérêt légitime).",
        kept="Cinq ans.",
        purge=purge_verifications,
    ),
)


def purge(session: Session, now: datetime, rules: tuple[Rule, ...] = RULES) -> dict[str, int]:
    """Carry out every rule, each in its own transaction; answers the count of each.

    Safe to run twice: what is gone is not counted again.
    """
    counts = {}
    for rule in rules:
        counts[rule.name] = rule.purge(session, now)
        session.commit()
    return counts
