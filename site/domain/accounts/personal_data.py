"""What is kept about people with an account, and how all of it is handed over or erased."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain import audit
from communaute.domain.accounts import lockout, roles, sessions, steps, users
from communaute.domain.keeping import Holding, Rule
from communaute.mailing import outbox
from communaute.mailing.messages import accounts as messages
from communaute.models.accounts import SignIn, Step, User
from communaute.models.mailing import Delivery


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
        "codes_de_secours_restants": len(user.recovery_codes or []),
        "cles_d_acces": [
            {"nom": one.name, "ajoutee_le": one.added_at.isoformat(), "seule": one.alone}
            for one in user.passkeys
        ],
        "roles": [
            {"role": role.name, "depuis_le": role.granted_at.isoformat()} for role in user.roles
        ],
    }


def export_sessions(session: Session, user: User) -> list[dict[str, Any]]:
    """Each open session."""
    own = session.scalars(select(SignIn).where(SignIn.user_id == user.id).order_by(SignIn.id))
    return [
        {
            "ouverte_le": one.started_at.isoformat(),
            "vue_le": one.last_seen_at.isoformat() if one.last_seen_at else None,
            "navigateur": one.browser,
        }
        for one in own
    ]


def export_steps(session: Session, user: User) -> list[dict[str, Any]]:
    """What was begun lately: links sent, factors being set up. Never what opens anything."""
    own = session.scalars(select(Step).where(Step.user_id == user.id).order_by(Step.begun_at))
    return [
        {
            "quoi": one.kind,
            "commence_le": one.begun_at.isoformat(),
            "finit_le": one.ends_at.isoformat(),
        }
        for one in own
    ]


def export_deliveries(session: Session, user: User) -> list[dict[str, Any]]:
    """The mails of the last thirty days."""
    own = select(Delivery).where(Delivery.recipient.in_(addresses(user))).order_by(Delivery.id)
    return [
        {"objet": each.subject, "demande_le": each.created_at.isoformat(), "etat": each.state}
        for each in session.scalars(own)
    ]


def erase_deliveries(session: Session, user: User) -> None:
    """What has not left is not sent, nor can staff send it again."""
    for address in addresses(user):
        outbox.withdraw(session, address)


def addresses(user: User) -> list[str]:
    """Every address of a person."""
    return sorted({user.email, user.contact_address})


RULES = (
    Rule(
        name="deliveries",
        what=(
            "La liste des courriels que le site vous a envoyés : votre adresse, l’objet, la date, "
            "s’il est parti. Le texte est effacé dès l’envoi."
        ),
        why="Prouver un envoi, retrouver un courriel qui n’arrive pas.",
        legal_basis="Bon fonctionnement du service (intérêt légitime).",
        how_long="{} après l’envoi ou l’abandon.",
        periods=(outbox.KEPT,),
        purge=outbox.purge,
    ),
    Rule(
        name="accounts",
        what=(
            "Votre compte, si vous en ouvrez un : adresse de connexion, adresse de contact, nom si vous "
            "le donnez, mot de passe et codes sous une forme qui ne se lit pas."
        ),
        why="Vous reconnaître et vous écrire.",
        legal_basis="Le service que vous avez demandé (contrat).",
        how_long="Jusqu’à ce que vous l’effaciez ; {} sans connexion ; {} sans confirmation.",
        periods=(users.UNUSED_KEPT, users.UNCONFIRMED_KEPT),
        purge=users.purge,
    ),
    Rule(
        name="sessions",
        what=(
            "Pour chacune de vos connexions ouvertes : quand elle a commencé, quand elle a servi, et le nom "
            "du navigateur et du système. Ni adresse réseau, ni lieu."
        ),
        why="Vous garder connecté, vous montrer vos appareils et les déconnecter si vous le demandez.",
        legal_basis="Le service que vous avez demandé (contrat).",
        how_long="{} au plus, {} sans visite, ou jusqu’à la déconnexion.",
        periods=(sessions.SESSION, sessions.IDLE),
        purge=sessions.purge,
    ),
    Rule(
        name="steps",
        what=(
            "Ce que vous avez commencé et qui finit vite : lien envoyé par courriel, code attendu, double "
            "authentification en cours. Pour un changement d’adresse, la nouvelle adresse."
        ),
        why=(
            "Que chaque lien ne serve qu’à ce pour quoi il est parti, et qu’une adresse ne reçoive qu’un "
            "courriel par heure."
        ),
        legal_basis="Sécurité du site (intérêt légitime).",
        how_long="{} après leur fin.",
        periods=(steps.KEPT,),
        purge=steps.purge,
    ),
    Rule(
        name="attempts",
        what="Les essais de connexion qui ont échoué, sous une empreinte qui ne dit ni le compte ni le réseau.",
        why="Empêcher de deviner un mot de passe ou un code.",
        legal_basis="Sécurité du site (intérêt légitime).",
        how_long="{}.",
        periods=(lockout.KEPT,),
        purge=lockout.purge,
    ),
)
HOLDINGS = (
    Holding("compte", export_account, tables=("user_account", "user_role", "passkey")),
    Holding("connexions", export_sessions, tables=("sign_in",)),
    Holding("demarches_en_cours", export_steps, tables=("account_step",)),
    Holding(
        "courriels",
        export_deliveries,
        erase_deliveries,
        survives="La liste des courriels envoyés, {}, pour prouver un envoi.",
        periods=(outbox.KEPT,),
        tables=("delivery",),
    ),
)


def export(session: Session, user: User, holdings: tuple[Holding, ...]) -> dict[str, Any]:
    """All that is kept of a person, as JSON; `holdings` are `retention.HOLDINGS`."""
    return {holding.name: holding.export(session, user) for holding in holdings}


def erase_account(
    session: Session, user: User, now: datetime, holdings: tuple[Holding, ...]
) -> None:
    """Erase an account and what hangs on it, and say so in one last mail; nothing when it is gone.

    `holdings` are `retention.HOLDINGS`.

    Raises LastAdministrator.
    """
    if users.hold(session, user.id) is None:  # pressed twice
        return
    roles.refuse_last_administrator(session, user)
    if user.is_staff:
        audit.record(session, "account-erased", now=now, actor=user.id, target=f"user {user.id}")
    for holding in holdings:
        holding.erase(session, user)
    last = messages.account_erased(to=user.contact_address, when=now)
    outbox.post(session, last, key=f"account-erased-{uuid4().hex}", due=now)
    session.delete(user)
