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

from communaute.domain.signatures.results import purge_results
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
        name="signatures",
        what=(
            "Le résultat d’une vérification de signature, qui porte le nom des signataires. "
            "Ni le document, ni le nom du fichier."
        ),
        why="Vous montrer le résultat à son adresse et faire le rapport que vous demandez.",
        legal_basis="Mission d’information du site (intérêt légitime).",
        kept="Quinze minutes.",
        purge=purge_results,
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
