"""What structures keep of a person, how long, and what they are given of it.

Attachments and events of one's own go with the account; who gave a status is then nobody.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from communaute import models
from communaute.domain.keeping import Holding, Rule, erased
from communaute.domain.structures import practice


# Our own rules.
REFUSED_KEPT = timedelta(days=365)
DESERTED_KEPT = timedelta(days=30)
EVENTS_KEPT = timedelta(days=365)
WAITING_KEPT = timedelta(days=90)
IDENTIFIERS_KEPT = timedelta(days=2 * 365)


def purge_memberships(session: Session, now: datetime) -> int:
    """Erase requests refused a year ago; answers how many."""
    return erased(
        session,
        delete(models.Membership).where(
            models.Membership.state == models.MembershipState.REFUSED,
            models.Membership.decided_at < now - REFUSED_KEPT,
        ),
    )


def purge_events(session: Session, now: datetime) -> int:
    """Erase events a year old; answers how many."""
    return erased(session, delete(models.Event).where(models.Event.at < now - EVENTS_KEPT))


def purge_intake(session: Session, now: datetime) -> int:
    """Erase what has waited too long, and old identifiers; answers how many."""
    waited = and_(
        models.IntakeEvent.waiting.is_not(None), models.IntakeEvent.taken_at < now - WAITING_KEPT
    )
    old = models.IntakeEvent.taken_at < now - IDENTIFIERS_KEPT
    return erased(session, delete(models.IntakeEvent).where(or_(waited, old)))


def purge_structures(session: Session, now: datetime) -> int:
    """Erase declared structures that everybody has left for a month and that no invoice needs.

    One that has replaced another, or was replaced, stays: its chain must stay whole. When somebody
    left is not known: the month is counted from its last event, or from its declaration.
    """
    last = (
        select(func.max(models.Event.at))
        .where(models.Event.structure_id == models.Structure.id)
        .scalar_subquery()
    )
    needed = (
        exists().where(models.Membership.structure_id == models.Structure.id),
        exists().where(
            or_(
                models.Invoice.sender_id == models.Structure.id,
                models.Invoice.recipient_id == models.Structure.id,
            )
        ),
        exists().where(
            or_(
                models.SiretChange.old_id == models.Structure.id,
                models.SiretChange.new_id == models.Structure.id,
            )
        ),
    )
    deserted = session.scalars(
        select(models.Structure.id).where(
            models.Structure.origin == models.Origin.DECLARED,
            func.coalesce(last, models.Structure.created_at) < now - DESERTED_KEPT,
            *(~one for one in needed),
        )
    ).all()
    for table in (
        models.Event,
        models.Service,
        models.Space,
        models.BillingMandate,
        models.Connection,
        models.SiretDraft,
    ):
        session.execute(delete(table).where(table.structure_id.in_(deserted)))
    return erased(session, delete(models.Structure).where(models.Structure.id.in_(deserted)))


def export_memberships(session: Session, user: models.User) -> list[dict[str, Any]]:
    """Every attachment, and every request."""
    own = (
        select(models.Membership)
        .where(models.Membership.user_id == user.id)
        .order_by(models.Membership.id)
    )
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


def export_statuses(session: Session, user: models.User) -> list[dict[str, Any]]:
    """Every status given to an invoice."""
    own = (
        select(models.StatusChange, models.Invoice.number)
        .join(models.Invoice, models.Invoice.id == models.StatusChange.invoice_id)
        .where(models.StatusChange.user_id == user.id)
        .order_by(models.StatusChange.id)
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


def export_events(session: Session, user: models.User) -> list[dict[str, Any]]:
    """What happened and matters to this person alone; the rest belongs to their structures."""
    own = select(models.Event).where(models.Event.user_id == user.id).order_by(models.Event.id)
    return [
        {"quoi": one.kind, "le": one.at.isoformat(), **one.details} for one in session.scalars(own)
    ]


RULES = (
    Rule(
        name="memberships",
        what=(
            "Vos rattachements à des structures : la structure, votre rôle, la date, et ce que vous avez "
            "écrit en faisant la demande."
        ),
        why="Vous montrer vos structures et leurs factures, laisser leurs gestionnaires répondre.",
        legal_basis="Le service que vous avez demandé (contrat).",
        how_long="Jusqu’à ce que vous effaciez votre compte ; {} pour une demande refusée.",
        periods=(REFUSED_KEPT,),
        purge=purge_memberships,
    ),
    Rule(
        name="structures",
        what="Une structure que quelqu’un a déclarée et à laquelle plus personne n’est rattaché.",
        why="Laisser le temps d’y rattacher quelqu’un d’autre.",
        legal_basis="Le service que vous avez demandé (contrat).",
        how_long="{} après le départ de la dernière personne ; toujours, si des factures en dépendent.",
        periods=(DESERTED_KEPT,),
        purge=purge_structures,
    ),
    Rule(
        name="events",
        what="Ce qui arrive à vos structures et à leurs factures, sans votre nom, pour vos récapitulatifs.",
        why="Composer les récapitulatifs que vous demandez.",
        legal_basis="Le service que vous avez demandé (contrat).",
        how_long="{}.",
        periods=(EVENTS_KEPT,),
        purge=purge_events,
    ),
    Rule(
        name="practices",
        what=(
            "Un exercice sans compte : une entreprise inventée, et une empreinte de votre adresse réseau "
            "qui ne se lit pas."
        ),
        why="Vous laisser vous exercer, et empêcher qu’une seule adresse en ouvre trop.",
        legal_basis="Mission d’information du site (intérêt légitime).",
        how_long="{}.",
        periods=(practice.LASTS,),
        purge=practice.purge,
    ),
    Rule(
        name="intake",
        what="Le numéro de chaque événement reçu de Chorus Pro ou d’un opérateur. Aucune donnée sur vous.",
        why="Ne pas recevoir deux fois la même chose.",
        legal_basis="Bon fonctionnement du service (intérêt légitime).",
        how_long="{} ; {} pour ce qui attend une structure ou une facture inconnue.",
        periods=(IDENTIFIERS_KEPT, WAITING_KEPT),
        purge=purge_intake,
    ),
)
HOLDINGS = (
    Holding(
        "structures",
        export_memberships,
        survives="Les structures, et les factures qu’elles ont échangées : elles ne sont pas à vous seul.",
        tables=("membership",),
    ),
    Holding("evenements", export_events, tables=("event",)),
    Holding(
        "statuts_donnes",
        export_statuses,
        survives="Le statut donné à une facture, sans votre nom : c’est son histoire.",
        tables=("status_change",),
    ),
)
