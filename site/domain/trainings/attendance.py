"""Who was there, what may be attested, and what people thought of it."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.trainings.links import Desk
from communaute.domain.trainings.values import AttestationData, RegistrationView


def note_attendance(
    session: Session,
    pair_id: int,
    present: Mapping[int, Collection[int]],
    *,
    now: datetime,
    actor: int | None = None,
) -> None:
    """Note who was present: `present` gives, by session id, the registration ids ticked.

    Everybody else with a place is noted absent at these sessions; sessions left out are not
    touched. May be done again. Raises PairUnknown, SessionUnknown, TooEarly, AlreadyCancelled.
    """
    raise NotImplementedError


def attestation(session: Session, token: str, *, desk: Desk, now: datetime) -> AttestationData:
    """What the person's attestation says. Raises BadLink, DeadLink, NoAttestation."""
    raise NotImplementedError


def attestations(session: Session, pair_id: int) -> tuple[AttestationData, ...]:
    """The attestations of a pair, by name. Raises PairUnknown."""
    raise NotImplementedError


def give_satisfaction(
    session: Session,
    token: str,
    *,
    expectations: int,
    autonomy: int,
    comment: str,
    desk: Desk,
    now: datetime,
) -> RegistrationView:
    """Keep the three answers: two ratings from 1 to 4 and a remark of 1,000 characters at most.

    Raises BadLink, DeadLink, NoPlace, TooEarly, AlreadyAnswered, InvalidAnswer.
    """
    raise NotImplementedError
