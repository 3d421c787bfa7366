"""Whose a link is, and the act its owner begins."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.trainings import places, queueing
from communaute.domain.trainings.errors import DeadLink
from communaute.domain.trainings.links import Desk
from communaute.domain.trainings.places import Act
from communaute.models.trainings import Registration


def owner(session: Session, token: str, desk: Desk) -> Registration:
    """The registration of a link. Raises BadLink, DeadLink."""
    reference = desk.reference(token)
    found = session.scalar(select(Registration).where(Registration.reference == reference))
    if found is None:
        raise DeadLink(
            "Ce lien a expiré\u202f: l’inscription a été effacée. Inscrivez-vous de nouveau si besoin."
        )
    return found


def begin(session: Session, token: str, *, desk: Desk, now: datetime) -> tuple[Act, Registration]:
    """Lock the owner's training, settle what is over, give the registration as it is then.

    Raises BadLink, DeadLink.
    """
    known = owner(session, token, desk)
    act = places.begin(session, known.training_id, desk=desk, now=now)
    queueing.settle(act)
    # Erased while we waited for the lock: the link is dead.
    return act, owner(session, token, desk)
