"""Declare a structure by its SIRET."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from communaute import models
from communaute.domain.structures import access, errors
from communaute.domain.structures.events import EventKind, happened
from communaute.domain.structures.numbers import Siret, read_siret, refuse_practice
from communaute.domain.structures.sirene import NOT_ASKED, Answer, Existence


LONGEST_NAME = 200


@dataclass(frozen=True)
class Declaration:
    """What a person declares, as typed.

    `hidden`: INSEE does not publish the establishment (its holder asked for it), so that a register
    that does not know it says nothing.
    """

    siret: str
    name: str
    nature: models.Nature
    local_authority: bool = False
    hidden: bool = False


def check_number(session: Session, user: models.User, typed: str) -> Siret:
    """The SIRET, if this person may declare it: to be asked before the register is.

    Raises InvalidSiret, PracticeNumber, AlreadyKnown, AlreadyAttached, Replaced.
    """
    siret = read_siret(typed)
    refuse_practice(siret)
    known = find(session, siret)
    if known is not None:
        _refuse_known(session, user, known)
    return siret


def declare(
    session: Session,
    user: models.User,
    declaration: Declaration,
    register: Answer = NOT_ASKED,
    *,
    now: datetime,
) -> models.Structure:
    """Declare an unknown structure; who declares it is its principal manager.

    `register` is what the public register answered before the transaction (`sirene.ask`). The
    structure is « non vérifié » unless the register knows it as open.
    Raises InvalidSiret, PracticeNumber, InvalidEntry, UnknownSiret, ClosedSiret, AlreadyKnown (ask
    to be attached), AlreadyAttached, Replaced, Forbidden (a guest).
    """
    access.refuse_guest(session, user, "structure-declare-refused", now)
    siret = check_number(session, user, declaration.siret)
    name = _name(declaration)
    _refuse_by_register(register, declaration)
    structure = _added(session, user, siret, now)
    structure.name = name
    structure.nature = declaration.nature
    structure.local_authority = (
        declaration.local_authority and declaration.nature is models.Nature.PUBLIC
    )
    structure.verified_at = now if register.verified else None
    session.flush()
    session.add(
        models.Membership(
            user_id=user.id,
            structure_id=structure.id,
            role=models.MembershipRole.PRINCIPAL,
            state=models.MembershipState.ACTIVE,
            asked_at=now,
            decided_at=now,
        )
    )
    happened(session, EventKind.DECLARED, structure.id, now)
    return structure


def find(session: Session, siret: Siret) -> models.Structure | None:
    """The structure of the real world that has this SIRET."""
    return session.scalar(
        select(models.Structure).where(
            models.Structure.siret == siret.digits, models.Structure.practice_id.is_(None)
        )
    )


def _added(session: Session, user: models.User, siret: Siret, now: datetime) -> models.Structure:
    """The new row; when somebody declares the same SIRET at the same moment, one is told."""
    structure = models.Structure(
        siret=siret.digits,
        name="",
        nature=models.Nature.PRIVATE,
        origin=models.Origin.DECLARED,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(structure)
    except IntegrityError:
        known = find(session, siret)
        if known is not None:
            _refuse_known(session, user, known)
        raise
    return structure


def _name(declaration: Declaration) -> str:
    name = " ".join(declaration.name.split())
    if not name:
        raise errors.InvalidEntry("Écrivez le nom de la structure, sa raison sociale.", "name")
    if len(name) > LONGEST_NAME:
        raise errors.InvalidEntry(
            f"Le nom a {len(name)} caractères : raccourcissez-le à {LONGEST_NAME}.", "name"
        )
    return name


def _refuse_by_register(register: Answer, declaration: Declaration) -> None:
    if register.existence is Existence.CLOSED:
        raise errors.ClosedSiret(
            "D’après le registre public, cet établissement est fermé. Saisissez le SIRET d’un "
            "établissement ouvert."
        )
    if register.existence is Existence.UNKNOWN and not declaration.hidden:
        raise errors.UnknownSiret(
            "Le registre public ne connaît pas ce SIRET. Relisez-le sur un document officiel. Si "
            "l’INSEE ne publie pas votre établissement, dites-le en cochant la case."
        )


def _refuse_known(session: Session, user: models.User, known: models.Structure) -> None:
    """Say which of the three reasons it is. Always raises."""
    mine = session.scalar(
        select(models.Membership.state).where(
            models.Membership.user_id == user.id, models.Membership.structure_id == known.id
        )
    )
    if mine == models.MembershipState.ACTIVE:
        raise errors.AlreadyAttached(
            "Vous êtes déjà rattaché à cette structure. Ouvrez vos structures."
        )
    if mine == models.MembershipState.PENDING:
        raise errors.AlreadyAttached(
            "Votre demande de rattachement à cette structure attend une réponse. Vous recevrez un "
            "courriel."
        )
    refuse_inactive(session, known)
    raise errors.AlreadyKnown(
        "Cette structure est déjà connue ici : demandez à y être rattaché. Ses gestionnaires, "
        "ou à défaut l’administration du site, répondront.",
        known.id,
    )


def refuse_inactive(session: Session, structure: models.Structure) -> None:
    """Raise Replaced when the structure is not active any more."""
    if structure.active:
        return
    successor = session.scalar(
        select(models.Structure)
        .join(models.SiretChange, models.SiretChange.new_id == models.Structure.id)
        .where(models.SiretChange.old_id == structure.id)
    )
    if successor is None:
        raise errors.Replaced(
            "Cette structure n’est plus active. Demandez à son gestionnaire quel SIRET l’a remplacée.",
            None,
        )
    raise errors.Replaced(
        f"Cette structure a changé de SIRET : elle porte maintenant le {Siret(successor.siret)}. "
        "Saisissez ce numéro.",
        successor.id,
    )
