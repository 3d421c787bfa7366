"""Change a SIRET: who may, what would happen, do it, undo it (practice only)."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from communaute.domain.siret.checking import Siret
from communaute.domain.siret.values import Choice, Preview
from communaute.models.accounts import User
from communaute.models.siret import SiretChange
from communaute.models.structures import Structure


def choices(session: Session, user: User) -> tuple[Choice, ...]:
    """The structures of a person, each with why its SIRET cannot be changed, if so."""
    raise NotImplementedError


def eligible(session: Session, user: User, structure_id: int) -> Structure:
    """The structure, if this person may change its SIRET.

    Raises NotFound (not attached), NotManager, LocalAuthority, AlreadyReplaced, Inactive.
    """
    raise NotImplementedError


def check_new_siret(session: Session, structure: Structure, typed: str) -> Siret:
    """The new SIRET, if it may be.

    Raises InvalidSiret (its subclasses say what is wrong), OutsidePractice, SameSiret, OtherSiren,
    SiretTaken.
    """
    raise NotImplementedError


def check_effective_on(
    session: Session, structure: Structure, typed: str | date, today: date
) -> date:
    """The effective date (ISO or a date; empty is today). Raises WrongDate."""
    raise NotImplementedError


def preview(
    session: Session, user: User, structure_id: int, new_siret: str, effective_on: str, today: date
) -> Preview:
    """Before and after, nothing written. Raises as `eligible`, `check_…`."""
    raise NotImplementedError


def change(
    session: Session,
    user: User,
    structure_id: int,
    new_siret: str,
    effective_on: str,
    *,
    today: date,
    now: datetime,
) -> SiretChange:
    """Change the SIRET, in the session's transaction: the caller commits.

    Two people at once: one wins, the other gets AlreadyReplaced. A forged request (not a manager,
    not a member, a guest outside their set) is written to the audit log. Raises as `preview`.
    """
    raise NotImplementedError


def undo(session: Session, user: User, code: str, now: datetime) -> Structure:
    """Undo the latest change of a practice chain; the structure that is active again.

    Raises NotFound, NotManager, NotUndoable.
    """
    raise NotImplementedError
