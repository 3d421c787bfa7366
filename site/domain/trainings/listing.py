"""What everybody sees: the pairs to come, with seats left."""

from datetime import date, datetime, time

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload, selectinload

from communaute.domain.clock import PARIS
from communaute.domain.trainings import views
from communaute.domain.trainings.errors import InvalidDates, PairUnknown
from communaute.domain.trainings.values import PairView
from communaute.models.trainings import SessionPair, Training


def pairs_to_come(
    session: Session,
    now: datetime,
    *,
    trainings: tuple[str, ...] | None = None,
    month: str = "",
    limit: int | None = None,
) -> tuple[PairView, ...]:
    """The pairs that have not begun and are not called off, the nearest first.

    `trainings` keeps only these slugs (a filter by theme or by public is a list of pages);
    `month` is the month in Paris of the first session, as 2026-11. Raises InvalidDates for a
    month that is none.
    """
    found = select(SessionPair).where(
        SessionPair.cancelled_at.is_(None), SessionPair.starts_at > now
    )
    if trainings is not None:
        found = found.join(Training).where(Training.slug.in_(trainings))
    if month:
        found = found.where(in_month(month))
    return _views(session, found.limit(limit), now)


def _views(session: Session, found: object, now: datetime) -> tuple[PairView, ...]:
    ordered = found.order_by(SessionPair.starts_at, SessionPair.id).options(  # type: ignore[attr-defined]
        joinedload(SessionPair.training), selectinload(SessionPair.sessions)
    )
    return views.pair_views(session, session.scalars(ordered).all(), now)


def in_month(month: str) -> ColumnElement[bool]:
    """Whether a pair begins in this month of Paris (2026-11). Raises InvalidDates."""
    first = first_day(month)
    begins = datetime.combine(first, time(), PARIS)
    ends = datetime.combine(first + relativedelta(months=1), time(), PARIS)
    return (SessionPair.starts_at >= begins) & (SessionPair.starts_at < ends)


def first_day(month: str) -> date:
    """The first day of a month written 2026-11. Raises InvalidDates."""
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise InvalidDates("Écrivez le mois ainsi\u202f: 2026-11.") from None


def pair_view(session: Session, pair_id: int, now: datetime) -> PairView:
    """One pair, whatever has become of it. Raises PairUnknown."""
    pair = session.get(SessionPair, pair_id)
    if pair is None:
        raise PairUnknown("Cette session n’existe pas. Choisissez-en une dans la liste.")
    return views.pair_views(session, (pair,), now)[0]
