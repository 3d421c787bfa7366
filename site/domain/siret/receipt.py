"""The receipt of a SIRET change: the same each time it is opened."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.clock import PARIS
from communaute.domain.siret.announcing import announcement, reminders, todo
from communaute.domain.siret.taking_over import from_json
from communaute.domain.siret.undoing import is_replaced
from communaute.domain.siret.values import Receipt
from communaute.domain.structures import access, parts
from communaute.domain.structures.errors import NotFound
from communaute.models.accounts import User
from communaute.models.siret import SiretChange


NO_SUCH_RECEIPT = (
    "Ce reçu n’existe pas, ou vous n’êtes pas rattaché à la structure. S’il s’agit d’un exercice, il a "
    "peut-être été annulé ou effacé."
)


def receipt(session: Session, user: User, code: str) -> Receipt:
    """The receipt, for the active members of the two structures. Raises NotFound."""
    done = session.scalar(select(SiretChange).where(SiretChange.code == code))
    if done is None or not any(
        access.membership_of(session, user, one) for one in (done.old_id, done.new_id)
    ):
        raise NotFound(NO_SUCH_RECEIPT)
    kept = from_json(done.summary)
    day = done.recorded_at.astimezone(PARIS).date()
    practice = done.new.practice_id is not None
    return Receipt(
        code=done.code,
        old=parts.line(done.old),
        new=parts.line(done.new),
        effective_on=done.effective_on,
        recorded_at=done.recorded_at,
        follows=kept.follows,
        redo=kept.redo,
        remaining=kept.remaining,
        todo=todo(day, kept.redo, kept.remaining),
        reminders=reminders(done.code, day, done.new),
        announcement=announcement(done.old, done.new, done.effective_on),
        practice=practice,
        undoable=practice
        and not is_replaced(session, done.new_id)
        and access.manages(session, user, done.new_id) is not None,
    )
