"""What a person has typed in the walkthrough, kept between visits."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.siret.values import Draft
from communaute.models.accounts import User


def load(session: Session, user: User, structure_id: int) -> Draft | None:
    """What was typed, or None."""
    raise NotImplementedError


def save(
    session: Session,
    user: User,
    structure_id: int,
    *,
    step: int,
    answers: Mapping[str, str],
    now: datetime,
) -> Draft:
    """Keep what was typed, valid or not, added to what was typed before; `step` never goes back.

    Raises NotFound (not attached to the structure).
    """
    raise NotImplementedError


def drop(session: Session, user: User, structure_id: int) -> None:
    """Forget what was typed (the change is done, or given up)."""
    raise NotImplementedError
