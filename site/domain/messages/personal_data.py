"""What messages keep of a person, how long, and what they are given of it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from communaute.domain.keeping import Holding, Rule, erased
from communaute.domain.structures.numbers import Siret
from communaute.french.dates import in_paris
from communaute.models.accounts import User
from communaute.models.messages import (
    Message,
    MessageAllowance,
    MessageHold,
    MessageMute,
    MessageReport,
    MessageState,
)
from communaute.models.structures import Structure


# Our own rules: what was sent can be read again for a year after its last day.
SENT_KEPT, DRAFTS_KEPT = timedelta(days=365), timedelta(days=90)
REPORTS_KEPT = timedelta(days=365)


def purge_messages(session: Session, now: datetime) -> int:
    """Erase drafts nobody has touched, and messages a year after their last day, with their files."""
    untouched = and_(
        Message.state.in_((MessageState.DRAFT, MessageState.UNSENT)),
        Message.updated_at < now - DRAFTS_KEPT,
    )
    over = and_(
        Message.state.in_((MessageState.SENT, MessageState.WITHDRAWN)),
        Message.valid_until < in_paris(now - SENT_KEPT).date(),
    )
    return erased(session, delete(Message).where(or_(untouched, over)))


def purge_reports(session: Session, now: datetime) -> int:
    """Erase reports, and stops lifted, a year after; answers how many."""
    reports = erased(session, delete(MessageReport).where(MessageReport.at < now - REPORTS_KEPT))
    lifted = delete(MessageHold).where(MessageHold.lifted_at < now - REPORTS_KEPT)
    return reports + erased(session, lifted)


def export_messages(session: Session, user: User) -> list[dict[str, Any]]:
    """What this person wrote for a structure, drafts included."""
    own = (
        select(Message, Structure.name).join(Message.structure).where(Message.author_id == user.id)
    )
    return [
        {
            "structure": name,
            "objet": one.subject,
            "texte": one.body,
            "etat": one.state,
            "cree_le": one.created_at.isoformat(),
            "envoye_le": one.sent_at.isoformat() if one.sent_at else None,
        }
        for one, name in session.execute(own.order_by(Message.id))
    ]


def export_mutes(session: Session, user: User) -> list[dict[str, Any]]:
    """The senders this person no longer wants."""
    own = (
        select(Structure)
        .join(MessageMute, MessageMute.structure_id == Structure.id)
        .where(MessageMute.user_id == user.id)
        .order_by(Structure.id)
    )
    return [{"siret": str(Siret(one.siret)), "nom": one.name} for one in session.scalars(own)]


def export_reports(session: Session, user: User) -> list[dict[str, Any]]:
    """What this person reported."""
    own = select(MessageReport).where(MessageReport.user_id == user.id).order_by(MessageReport.id)
    return [
        {"le": one.at.isoformat(), "pourquoi": one.reason, "message": one.words}
        for one in session.scalars(own)
    ]


def export_decisions(session: Session, user: User) -> list[dict[str, Any]]:
    """The stops and limits that this person, who administers the site, decided."""
    holds = session.scalars(select(MessageHold).where(MessageHold.placed_by == user.id))
    raised = session.scalars(select(MessageAllowance).where(MessageAllowance.granted_by == user.id))
    return [
        *({"arret": one.reason, "le": one.placed_at.isoformat()} for one in holds),
        *({"limite": one.most, "le": one.granted_at.isoformat()} for one in raised),
    ]


def erase_reports(session: Session, user: User) -> None:
    """What was written in a report goes; that a structure reported stays."""
    own = update(MessageReport).where(MessageReport.user_id == user.id)
    session.execute(own.values(words=""), execution_options={"synchronize_session": False})


RULES = (
    Rule(
        name="messages",
        what=(
            "Les messages que les structures s’envoient, leurs fichiers, et si chaque structure les a lus. "
            "Jamais qui les a lus."
        ),
        why="Les remettre, et laisser les destinataires les relire.",
        legal_basis="Le service que vous avez demandé (contrat).",
        how_long="{} après la fin de sa validité ; {} sans modification pour un brouillon.",
        periods=(SENT_KEPT, DRAFTS_KEPT),
        purge=purge_messages,
    ),
    Rule(
        name="message-reports",
        what="Les signalements de messages (la structure, la raison, ce que vous avez écrit), et les arrêts levés.",
        why="Laisser l’administration du site arrêter un expéditeur.",
        legal_basis="Sécurité du site (intérêt légitime).",
        how_long="{}.",
        periods=(REPORTS_KEPT,),
        purge=purge_reports,
    ),
)
HOLDINGS = (
    Holding(
        "messages_ecrits",
        export_messages,
        survives="Les messages écrits au nom d’une structure, sans votre nom : ils sont à elle.",
        tables=("message",),
    ),
    Holding("expediteurs_en_sourdine", export_mutes, tables=("message_mute",)),
    Holding(
        "messages_signales",
        export_reports,
        erase=erase_reports,
        survives="Le fait que votre structure a signalé un message, sans votre nom ni vos mots.",
        tables=("message_report",),
    ),
    Holding(
        "decisions_sur_les_messages",
        export_decisions,
        survives="Si vous administrez le site : vos arrêts et vos limites, sans votre nom.",
        tables=("message_hold", "message_allowance"),
    ),
)
