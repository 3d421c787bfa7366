"""Ask to be attached to a structure; accept, refuse."""

from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.structures.values import RequestLine
from communaute.models.accounts import User
from communaute.models.structures import Membership, MembershipRole


def request_attachment(
    session: Session, user: User, siret: str, message: str, *, base_url: str, now: datetime
) -> Membership:
    """Ask to be attached to the structure of a SIRET; its managers are told by mail.

    A refused request may be made again. `base_url` is the site's address: mails lead to
    `/compte/structures/<id>/demandes`.
    Raises InvalidSiret, PracticeNumber, NotFound (declare it), Replaced, AlreadyAttached,
    InvalidEntry (message too long), Forbidden (a guest).
    """
    raise NotImplementedError


def accept(
    session: Session,
    decider: User,
    membership_id: int,
    *,
    role: MembershipRole | None = None,
    base_url: str,
    now: datetime,
) -> Membership:
    """Accept a request: by a manager of the structure, or an administrator. The person is told.

    `role` None: a plain user; the principal manager when an administrator accepts the first one of
    a structure that has none. Only a principal manager or an administrator names a manager.
    An administrator's act is written to the audit log.
    Raises NotFound, AlreadyDecided, Forbidden.
    """
    raise NotImplementedError


def refuse(
    session: Session,
    decider: User,
    membership_id: int,
    *,
    reason: str = "",
    base_url: str,
    now: datetime,
) -> Membership:
    """Refuse a request; the person is told, with the reason if one is given.

    Raises NotFound, AlreadyDecided, Forbidden, InvalidEntry.
    """
    raise NotImplementedError


def waiting_requests(session: Session, user: User, limit: int = 200) -> tuple[RequestLine, ...]:
    """The requests that this person may decide: of the structures they manage.

    For an administrator, those of structures that have no manager too.
    """
    raise NotImplementedError
