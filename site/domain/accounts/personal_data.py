"""What is kept of a person: given to them, erased with their account.

A feature that hangs something on an account adds a Holding; there is no other list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain import audit
from communaute.domain.accounts import roles
from communaute.domain.structures import holdings
from communaute.mailing import outbox
from communaute.mailing.messages import accounts as messages
from communaute.models.accounts import SignIn, User
from communaute.models.mailing import Delivery


# Everything of one kind about a person, as JSON.
Export = Callable[[Session, User], Any]
# Erases it, before the account itself goes.
Erase = Callable[[Session, User], None]


def nothing(_session: Session, _user: User) -> None:
    """Goes with the account's own rows."""


@dataclass(frozen=True)
class Holding:
    """One kind of data about a person. `kept` says in French what survives, and why; or empty."""

    name: str
    export: Export
    erase: Erase = nothing
    kept: str = ""


def export_account(_session: Session, user: User) -> dict[str, Any]:
    """The account itself; never the password, nor what makes codes."""
    return {
        "adresse_de_connexion": user.email,
        "adresse_de_contact": user.contact_email,
        "nom": user.name,
        "cree_le": user.created_at.isoformat(),
        "adresse_confirmee_le": user.confirmed_at.isoformat() if user.confirmed_at else None,
        "derniere_connexion": user.last_seen_at.isoformat() if user.last_seen_at else None,
        "double_authentification": user.has_second_factor,
        "roles": [role.name for role in user.roles],
    }


def export_sessions(session: Session, user: User) -> list[str]:
    """When each open session began."""
    own = select(SignIn.started_at).where(SignIn.user_id == user.id).order_by(SignIn.id)
    return [started.isoformat() for started in session.scalars(own)]


def export_deliveries(session: Session, user: User) -> list[dict[str, Any]]:
    """The mails of the last thirty days."""
    own = select(Delivery).where(Delivery.recipient.in_(addresses(user))).order_by(Delivery.id)
    return [
        {"objet": each.subject, "demande_le": each.created_at.isoformat(), "etat": each.state}
        for each in session.scalars(own)
    ]


def erase_deliveries(session: Session, user: User) -> None:
    """What still waits is not sent."""
    for address in addresses(user):
        outbox.withdraw(session, address)


def addresses(user: User) -> list[str]:
    """Every address of a person."""
    return sorted({user.email, user.contact_address})


HOLDINGS: tuple[Holding, ...] = (
    Holding("compte", export_account),
    Holding("connexions", export_sessions),
    Holding(
        "courriels",
        export_deliveries,
        erase_deliveries,
        kept="La liste des courriels envoyés, trente jours, pour prouver un envoi.",
    ),
    Holding(
        "structures",
        holdings.export_memberships,
        kept="Les structures, et les factures qu’elles ont échangées\u202f: elles ne sont pas à vous seul.",
    ),
    Holding(
        "changements_de_siret",
        holdings.export_changes,
        kept="Le changement lui-même et son reçu, sans votre nom\u202f: la structure en a besoin.",
    ),
    Holding("changements_de_siret_commences", holdings.export_drafts),
    Holding(
        "statuts_donnes",
        holdings.export_statuses,
        kept="Le statut donné à une facture, sans votre nom\u202f: c’est son histoire.",
    ),
    Holding(
        "journal",
        lambda _session, _user: "Les actes de gestion portent le numéro du compte, sans nom.",
        kept="Si vous avez un rôle de gestion\u202f: vos actes, un an, sous un numéro sans nom, "
        "parce qu’ils engagent le site.",
    ),
)


def export(
    session: Session, user: User, holdings: tuple[Holding, ...] = HOLDINGS
) -> dict[str, Any]:
    """All that is kept of a person, as JSON."""
    return {holding.name: holding.export(session, user) for holding in holdings}


def erase_account(
    session: Session, user: User, now: datetime, holdings: tuple[Holding, ...] = HOLDINGS
) -> None:
    """Erase an account and what hangs on it, and say so in one last mail.

    Raises LastAdministrator.
    """
    roles.refuse_last_administrator(session, user)
    if user.is_staff:
        audit.record(session, "account-erased", now=now, actor=user.id, target=f"user {user.id}")
    for holding in holdings:
        holding.erase(session, user)
    last = messages.account_erased(to=user.contact_address, when=now)
    outbox.post(session, last, key=f"account-erased-{uuid4().hex}", due=now)
    session.delete(user)
