"""What everybody sees: the pairs to come, with seats left."""

from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.trainings.values import PairView


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
    `month` is the month in Paris of the first session, as 2026-11.
    """
    raise NotImplementedError


def pair_view(session: Session, pair_id: int, now: datetime) -> PairView:
    """One pair, whatever has become of it. Raises PairUnknown."""
    raise NotImplementedError
