"""How long opinions and counts are kept, and what an account leaves in them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from communaute.domain.keeping import Holding, Rule, erased
from communaute.models.accounts import User
from communaute.models.opinions import PageEdit, PageOpinion, PageRead, PageRepair


KEPT = timedelta(days=365)
FIGURES_KEPT = timedelta(days=2 * 365)


def purge_figures(session: Session, now: datetime) -> int:
    """Erase counts, days of changes and closed repairs past FIGURES_KEPT; answers how many."""
    old, day = now - FIGURES_KEPT, (now - FIGURES_KEPT).date()
    return sum(
        erased(session, statement)
        for statement in (
            delete(PageRead).where(PageRead.day < day),
            delete(PageRepair).where(PageRepair.closed_at < old),
            delete(PageEdit).where(PageEdit.noted_on < day),
        )
    )


def owned(session: Session, user: User) -> list[dict[str, Any]]:
    """The repairs that an account owns."""
    asked = select(PageRepair).where(PageRepair.owner_id == user.id).order_by(PageRepair.id)
    return [
        {
            "page": repair.page,
            "what": repair.what,
            "opened_at": repair.opened_at.isoformat(),
            "mended_on": repair.mended_on and repair.mended_on.isoformat(),
            "told": repair.told,
        }
        for repair in session.scalars(asked)
    ]


def disowned(session: Session, user: User) -> None:
    """Leave the repairs of an account to nobody."""
    session.execute(update(PageRepair).where(PageRepair.owner_id == user.id).values(owner_id=None))


RULES = (
    Rule(
        name="opinions",
        what=(
            "Votre avis sur une page : oui ou non, pourquoi, et votre remarque si vous en laissez "
            "une. Ni nom, ni adresse : une remarque qui en contient est refusée."
        ),
        why="Améliorer la page.",
        legal_basis="Mission d’information du site (intérêt légitime).",
        how_long="{}.",
        periods=(KEPT,),
        purge=lambda session, now: erased(
            session, delete(PageOpinion).where(PageOpinion.given_at < now - KEPT)
        ),
    ),
    Rule(
        name="readings and repairs",
        what=(
            "Combien de fois chaque page est ouverte chaque jour, quand elle a changé, ce qui y a été "
            "corrigé. Aucun visiteur n’y est."
        ),
        why="Savoir ce qui sert, et dire ce qui a été corrigé.",
        legal_basis="Mission d’information du site (intérêt légitime).",
        how_long="{}.",
        periods=(FIGURES_KEPT,),
        purge=purge_figures,
    ),
)
HOLDINGS = (
    Holding(
        name="corrections",
        tables=("page_repair",),
        export=owned,
        erase=disowned,
        survives="Ce qui a été corrigé sur une page, sans votre nom : les lecteurs en sont informés.",
    ),
)
