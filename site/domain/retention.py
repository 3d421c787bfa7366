"""How long personal data and visitors' words are kept: one table of rules.

It feeds `data purge`, which carries it out, and the page /donnees-personnelles, which says it.
A feature adds its rule to RULES; there is no other list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from communaute.domain import audit
from communaute.domain.accounts import lockout, sessions, users
from communaute.domain.signatures.results import purge_results, purge_verifications
from communaute.domain.siret import drafts
from communaute.domain.structures import keeping, practice
from communaute.domain.tariffs.reports import purge_reports
from communaute.domain.trainings import personal_data as trainings_data
from communaute.mailing import outbox
from communaute.models.opinions import PageOpinion
from communaute.models.search import MissedSearch


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
MISSED_SEARCHES_KEPT = timedelta(days=365)
# A query seen once or twice is a hash that nobody reads: it waits no longer than a season.
UNREAD_SEARCHES_KEPT = timedelta(days=90)


def purge_opinions(session: Session, now: datetime) -> int:
    """Erase opinions a year old."""
    past = delete(PageOpinion).where(PageOpinion.given_at < now - OPINIONS_KEPT)
    return cast(CursorResult[Any], session.execute(past)).rowcount


def purge_missed_searches(session: Session, now: datetime) -> int:
    """Erase queries nobody typed for a year, and hashes not seen again for ninety days."""
    today = now.date()
    unread = MissedSearch.text.is_(None) & (MissedSearch.last_day < today - UNREAD_SEARCHES_KEPT)
    past = delete(MissedSearch).where(
        unread | (MissedSearch.last_day < today - MISSED_SEARCHES_KEPT)
    )
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
    Rule(
        name="missed searches",
        what=(
            "Les mots d’une recherche restée sans résultat, quand elle a été faite trois jours "
            "différents. Avant, une empreinte illisible. Jamais si elle contient «\u202f@\u202f» ou plus "
            "de trois chiffres. Ni nom, ni adresse."
        ),
        why="Écrire les pages qui manquent.",
        legal_basis="Mission d’information du site (intérêt légitime).",
        kept="Un an après la dernière recherche\u202f; 90 jours pour une empreinte.",
        purge=purge_missed_searches,
    ),
    Rule(
        name="tariff_reports",
        what="L’erreur que vous signalez sur un tarif : votre message et l’adresse du texte. Ni nom, ni adresse.",
        why="Corriger les tarifs.",
        legal_basis="Mission d’information du site (intérêt légitime).",
        kept="Deux ans.",
        purge=purge_reports,
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
    Rule(
        name="accounts",
        what=(
            "Votre compte, si vous en ouvrez un\u202f: adresse de connexion, adresse de contact, nom si vous "
            "le donnez, mot de passe et codes sous une forme qui ne se lit pas."
        ),
        why="Vous reconnaître et vous écrire.",
        legal_basis="Le service que vous avez demandé (contrat).",
        kept="Jusqu’à ce que vous l’effaciez\u202f; trois ans sans connexion\u202f; une semaine sans confirmation.",
        purge=users.purge,
    ),
    Rule(
        name="memberships",
        what=(
            "Vos rattachements à des structures\u202f: la structure, votre rôle, la date, et ce que vous avez "
            "écrit en faisant la demande."
        ),
        why="Vous montrer vos structures et leurs factures, laisser leurs gestionnaires répondre.",
        legal_basis="Le service que vous avez demandé (contrat).",
        kept="Jusqu’à ce que vous effaciez votre compte\u202f; un an pour une demande refusée.",
        purge=keeping.purge_memberships,
    ),
    Rule(
        name="structures",
        what="Une structure que quelqu’un a déclarée et à laquelle plus personne n’est rattaché.",
        why="Laisser le temps d’y rattacher quelqu’un d’autre.",
        legal_basis="Le service que vous avez demandé (contrat).",
        kept="Trente jours après le départ de la dernière personne\u202f; toujours, si des factures en dépendent.",
        purge=keeping.purge_structures,
    ),
    Rule(
        name="events",
        what="Ce qui arrive à vos structures et à leurs factures, sans votre nom, pour vos récapitulatifs.",
        why="Composer les récapitulatifs que vous demandez.",
        legal_basis="Le service que vous avez demandé (contrat).",
        kept="Un an.",
        purge=keeping.purge_events,
    ),
    Rule(
        name="siret_drafts",
        what="Ce que vous saisissez avant de confirmer un changement de SIRET.",
        why="Vous laisser revenir sans rien retaper.",
        legal_basis="Le service que vous avez demandé (contrat).",
        kept="Jusqu’à la confirmation, ou trente jours.",
        purge=drafts.purge,
    ),
    Rule(
        name="practices",
        what=(
            "Un exercice sans compte\u202f: une entreprise inventée, et une empreinte de votre adresse réseau "
            "qui ne se lit pas."
        ),
        why="Vous laisser vous exercer, et empêcher qu’une seule adresse en ouvre trop.",
        legal_basis="Mission d’information du site (intérêt légitime).",
        kept="Vingt-quatre heures.",
        purge=practice.purge,
    ),
    Rule(
        name="intake",
        what="Le numéro de chaque événement reçu de Chorus Pro ou d’un opérateur. Aucune donnée sur vous.",
        why="Ne pas recevoir deux fois la même chose.",
        legal_basis="Bon fonctionnement du service (intérêt légitime).",
        kept="Deux ans\u202f; quatre-vingt-dix jours pour ce qui attend une structure ou une facture inconnue.",
        purge=keeping.purge_intake,
    ),
    Rule(
        name="training_needs",
        what="Le besoin d’accessibilité que vous avez écrit en vous inscrivant à une formation. Seul "
        "l’organisateur le voit.",
        why="Adapter la formation.",
        legal_basis="Votre accord, donné à part (consentement).",
        kept="Trente jours après la dernière séance.",
        purge=trainings_data.purge_needs,
    ),
    Rule(
        name="training_registrations",
        what=(
            "Votre inscription à une formation\u202f: nom, adresse, organisation, SIRET et téléphone si vous "
            "les donnez, ce que vous espérez apprendre, vos séances, votre présence, vos réponses, les "
            "décisions de la liste d’attente."
        ),
        why="Vous garder une place, vous écrire, attester votre présence.",
        legal_basis="Votre accord, donné en vous inscrivant (consentement).",
        kept=(
            "Douze mois après la dernière séance, ou après l’inscription sur la liste d’attente\u202f; trente "
            "jours si vous n’avez pas confirmé. Restent des chiffres sans nom."
        ),
        purge=trainings_data.purge,
    ),
    Rule(
        name="sessions",
        what="La date de chacune de vos connexions ouvertes. Ni adresse réseau, ni appareil.",
        why="Vous garder connecté, et vous déconnecter partout si vous le demandez.",
        legal_basis="Le service que vous avez demandé (contrat).",
        kept="Deux semaines, ou jusqu’à la déconnexion.",
        purge=sessions.purge,
    ),
    Rule(
        name="attempts",
        what="Les essais de connexion qui ont échoué, sous une empreinte qui ne dit ni le compte ni le réseau.",
        why="Empêcher de deviner un mot de passe.",
        legal_basis="Sécurité du site (intérêt légitime).",
        kept="Un jour.",
        purge=lockout.purge,
    ),
    Rule(
        name="audit",
        what=(
            "Le journal\u202f: les actes des personnes qui gèrent le site, sous le numéro de leur compte, et les "
            "envois falsifiés que le site a refusés."
        ),
        why="Savoir qui a fait quoi, et comprendre une attaque.",
        legal_basis="Sécurité du site (intérêt légitime).",
        kept="Un an.",
        purge=audit.purge,
    ),
)


def purge(session: Session, now: datetime, rules: tuple[Rule, ...] = RULES) -> dict[str, int]:
    """Carry out every rule, each in its own transaction; answers the count of each.

    Safe to run twice: what is gone is not counted again. A rule that fails keeps no other from
    being carried out; its error is raised once all have been.
    """
    counts, failed = {}, None
    for rule in rules:
        try:
            counts[rule.name] = rule.purge(session, now)
            session.commit()
        except SQLAlchemyError as error:
            session.rollback()
            failed = failed or error
    if failed is not None:
        raise failed
    return counts
