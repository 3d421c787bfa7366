"""What a SIRET change keeps of a person, how long, and what they are given of it.

A draft goes with the account; who made a change is then nobody.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.keeping import Holding, Rule
from communaute.domain.siret import drafts
from communaute.models.accounts import User
from communaute.models.siret import SiretChange, SiretDraft
from communaute.models.structures import Structure


def export_changes(session: Session, user: User) -> list[dict[str, Any]]:
    """Every SIRET change made."""
    own = select(SiretChange).where(SiretChange.user_id == user.id).order_by(SiretChange.id)
    return [
        {
            "recu": one.code,
            "ancien_siret": one.old.siret,
            "nouveau_siret": one.new.siret,
            "date_d_effet": one.effective_on.isoformat(),
            "enregistre_le": one.recorded_at.isoformat(),
        }
        for one in session.scalars(own)
    ]


def export_drafts(session: Session, user: User) -> list[dict[str, Any]]:
    """What was typed towards a SIRET change."""
    own = (
        select(SiretDraft, Structure.siret)
        .join(Structure, Structure.id == SiretDraft.structure_id)
        .where(SiretDraft.user_id == user.id)
    )
    return [
        {"siret": siret, "saisie": draft.answers, "le": draft.updated_at.isoformat()}
        for draft, siret in session.execute(own)
    ]


RULES = (
    Rule(
        name="siret_drafts",
        what="Ce que vous saisissez avant de confirmer un changement de SIRET.",
        why="Vous laisser revenir sans rien retaper.",
        legal_basis="Le service que vous avez demandé (contrat).",
        how_long="Jusqu’à la confirmation, ou {}.",
        periods=(drafts.KEPT,),
        purge=drafts.purge,
    ),
)
HOLDINGS = (
    Holding(
        "changements_de_siret",
        export_changes,
        survives="Le changement lui-même et son reçu, sans votre nom : la structure en a besoin.",
        tables=("siret_change",),
    ),
    Holding("changements_de_siret_commences", export_drafts, tables=("siret_draft",)),
)
