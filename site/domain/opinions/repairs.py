"""What is to be mended on a page: opened by an editor, owned by one, told to readers once done."""

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute.domain.errors import DomainError, OutOfReach
from communaute.models.accounts import Role, User, UserRole
from communaute.models.opinions import PageRepair


LONGEST = 300
# Shown at once: the next come as the first are done.
MOST_SHOWN = 200
# Our own rule: how long a page says that it was mended thanks to its readers.
TOLD_FOR = timedelta(days=180)


class RepairRefused(DomainError):
    """A repair that cannot be noted."""


def owners(session: Session) -> list[User]:
    """The accounts that may own a repair: editors and administrators."""
    allowed = select(UserRole.user_id).where(UserRole.name.in_((Role.EDITOR, Role.ADMINISTRATOR)))
    return list(session.scalars(select(User).where(User.id.in_(allowed)).order_by(User.email)))


def open_repair(
    session: Session,
    *,
    page: str,
    what: str,
    owner: int,
    now: datetime,
    opinion: int | None = None,
) -> PageRepair:
    """Note what is to be done on a page, and who does it. Raises RepairRefused."""
    what = " ".join(what.split())
    if not what:
        raise RepairRefused("Dites ce qu'il faut corriger.", field="quoi")
    if len(what) > LONGEST:
        raise RepairRefused(f"{LONGEST} caractères au plus.", field="quoi")
    if owner not in {user.id for user in owners(session)}:
        raise RepairRefused("Choisissez qui s'en occupe.", field="responsable")
    repair = PageRepair(page=page, what=what, owner_id=owner, opinion_id=opinion, opened_at=now)
    session.add(repair)
    return repair


def close(
    session: Session, number: int, *, told: str, today: date, now: datetime, dropped: bool = False
) -> PageRepair:
    """Say that it is mended, and what readers are told; or that it will not be (`dropped`).

    Raises OutOfReach for an unknown one, RepairRefused for one already closed or without words.
    """
    repair = session.get(PageRepair, number)
    if repair is None:
        raise OutOfReach("Cette tâche n'existe pas.")
    if repair.closed_at is not None:
        raise RepairRefused("Quelqu'un a déjà terminé cette tâche.")
    told = " ".join(told.split())
    if not dropped and not told:
        raise RepairRefused("Dites aux lecteurs ce qui est corrigé.", field="dit")
    if len(told) > LONGEST:
        raise RepairRefused(f"{LONGEST} caractères au plus.", field="dit")
    repair.closed_at, repair.dropped = now, dropped
    if not dropped:
        repair.mended_on, repair.told = today, told
    return repair


def waiting(session: Session, page: str = "", limit: int = MOST_SHOWN) -> list[PageRepair]:
    """The repairs that are still to do, the oldest first; of one page if one is given."""
    asked = select(PageRepair).where(PageRepair.closed_at.is_(None)).order_by(PageRepair.id)
    asked = asked.limit(limit)
    return list(session.scalars(asked.where(PageRepair.page == page) if page else asked))


def waiting_count(session: Session) -> int:
    """How many repairs are still to do."""
    return (
        session.scalar(select(func.count(PageRepair.id)).where(PageRepair.closed_at.is_(None))) or 0
    )


def mended(session: Session, page: str, today: date) -> list[PageRepair]:
    """What was mended on a page of late, the last first."""
    since = today - TOLD_FOR
    asked = select(PageRepair).where(PageRepair.page == page, PageRepair.mended_on >= since)
    return list(session.scalars(asked.order_by(PageRepair.mended_on.desc(), PageRepair.id.desc())))


def mended_count(session: Session, since: date) -> int:
    """How many repairs were done since a day."""
    counted = select(func.count(PageRepair.id)).where(PageRepair.mended_on >= since)
    return session.scalar(counted) or 0
