"""What a person has typed in the walkthrough, kept between visits."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from communaute.domain.keeping import erased
from communaute.domain.structures import access
from communaute.domain.structures.errors import NotFound
from communaute.models.accounts import User
from communaute.models.siret import SiretDraft


# Our own rule: long enough to ask for a document and come back.
KEPT = timedelta(days=30)
LONGEST_ANSWER = 200
MOST_ANSWERS = 20
LAST_STEP = 6


def load(session: Session, user: User, structure_id: int) -> SiretDraft | None:
    """What was typed, or None; `step` is the furthest reached, from 1 to 5, 6 to check."""
    own = (SiretDraft.user_id == user.id, SiretDraft.structure_id == structure_id)
    return session.scalar(select(SiretDraft).where(*own))


def save(
    session: Session,
    user: User,
    structure_id: int,
    *,
    step: int,
    answers: Mapping[str, str],
    now: datetime,
) -> SiretDraft:
    """Keep what was typed, valid or not, added to what was typed before; `step` never goes back.

    Raises NotFound (not attached to the structure).
    """
    if access.membership_of(session, user, structure_id) is None:
        raise NotFound(access.NO_SUCH_STRUCTURE)
    row = load(session, user, structure_id) or _added(session, user, structure_id, now)
    short = {name[:LONGEST_ANSWER]: text[:LONGEST_ANSWER] for name, text in answers.items()}
    row.answers = dict(list({**row.answers, **short}.items())[:MOST_ANSWERS])
    row.step = min(max(row.step, step), LAST_STEP)
    row.updated_at = now
    session.flush()
    return row


def drop(session: Session, user: User, structure_id: int) -> None:
    """Forget what was typed (the change is done, or given up)."""
    own = (SiretDraft.user_id == user.id, SiretDraft.structure_id == structure_id)
    session.execute(delete(SiretDraft).where(*own))


def purge(session: Session, now: datetime) -> int:
    """Erase what was typed KEPT ago and never confirmed; answers how many."""
    return erased(session, delete(SiretDraft).where(SiretDraft.updated_at < now - KEPT))


def _added(session: Session, user: User, structure_id: int, now: datetime) -> SiretDraft:
    """A new row, or the one that another window has just made."""
    row = SiretDraft(user_id=user.id, structure_id=structure_id, step=1, answers={}, updated_at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        found = load(session, user, structure_id)
        if found is None:
            raise
        return found
    return row
