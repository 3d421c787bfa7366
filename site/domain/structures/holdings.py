"""What structures keep of a person, as they may ask for it (domain/accounts/personal_data.py).

Attachments and drafts go with the account; who changed a SIRET or a status is then nobody.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.models.accounts import User
from communaute.models.siret import SiretChange, SiretDraft
from communaute.models.structures import Invoice, Membership, StatusChange, Structure


def export_memberships(session: Session, user: User) -> list[dict[str, Any]]:
    """Every attachment, and every request."""
    own = select(Membership).where(Membership.user_id == user.id).order_by(Membership.id)
    return [
        {
            "siret": one.structure.siret,
            "nom": one.structure.name,
            "role": one.role,
            "etat": one.state,
            "demande_le": one.asked_at.isoformat(),
            "message": one.message,
        }
        for one in session.scalars(own)
    ]


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


def export_statuses(session: Session, user: User) -> list[dict[str, Any]]:
    """Every status given to an invoice."""
    own = (
        select(StatusChange, Invoice.number)
        .join(Invoice, Invoice.id == StatusChange.invoice_id)
        .where(StatusChange.user_id == user.id)
        .order_by(StatusChange.id)
    )
    return [
        {
            "facture": number,
            "statut": one.status,
            "motif": one.reason,
            "le": one.at.isoformat(),
        }
        for one, number in session.execute(own)
    ]
