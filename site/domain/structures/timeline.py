"""An invoice told in plain words, for the members of its two structures."""

from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.structures.values import Timeline
from communaute.models.accounts import User
from communaute.models.structures import Invoice


def timeline(session: Session, user: User, invoice_id: int) -> Timeline:
    """The invoice's steps and what comes next.

    Raises NotFound unless the person is an active member of one of its two structures.
    """
    raise NotImplementedError


def change_status(
    session: Session, user: User, invoice_id: int, status: str, reason: str, now: datetime
) -> Invoice:
    """Give an invoice another status, as a member of one of its structures.

    Works on an inactive (replaced) structure too: its open invoices stay processable.
    Raises NotFound, Forbidden (not this side's turn), ImpossibleStatus, ReasonMissing.
    """
    raise NotImplementedError
