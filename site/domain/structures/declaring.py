"""Declare a structure by its SIRET."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.structures.sirene import Answer
from communaute.models.accounts import User
from communaute.models.structures import Nature, Structure


@dataclass(frozen=True)
class Declaration:
    """What a person declares, as typed."""

    siret: str
    name: str
    nature: Nature
    local_authority: bool = False


def declare(
    session: Session, user: User, declaration: Declaration, register: Answer, now: datetime
) -> Structure:
    """Declare an unknown structure; who declares it is its principal manager.

    `register` is what the public register answered before the transaction (`sirene.ask`). The
    structure is « non vérifié » unless the register knows it as open.
    Raises InvalidSiret, PracticeNumber, InvalidEntry, UnknownSiret, ClosedSiret, AlreadyKnown (ask
    to be attached), AlreadyAttached, Replaced, Forbidden (a guest).
    """
    raise NotImplementedError
