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

from communaute.mailing import outbox
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
        name="deliveries",
        what=(
            "La liste des courriels que le site vous a envoyés\u202f: votre adresse, l’objet, la date, "
            "s’il est parti. Le texte est effacé dès l’envoi."
        ),
        why="Prouver un envoi, retrouver un courriel qui n’arrive pas.",
        legal_basis="Bon fonctionnement du service (intérêt légitime).",
        kept="Trente jours après l’envoi ou l’abandon.",
        purge=outbox.purge,
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
