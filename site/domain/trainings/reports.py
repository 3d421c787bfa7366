"""For organisers: registrants as rows, addresses that mails do not reach, statistics."""

from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.trainings.values import Statistics, Undeliverable


def csv_rows(session: Session, pair_id: int, now: datetime) -> list[list[str]]:
    """The registrants of a pair, header first, every cell safe in a spreadsheet.

    Accessibility needs stay on the page. Raises PairUnknown.
    """
    raise NotImplementedError


def undeliverable(session: Session, *, pair_id: int | None = None) -> tuple[Undeliverable, ...]:
    """The people whose last mail was refused or is in doubt, for one pair or for all to come."""
    raise NotImplementedError


def statistics(session: Session, *, since: str = "", until: str = "") -> Statistics:
    """Figures by theme and month; `since` and `until` are months as 2026-11, inclusive."""
    raise NotImplementedError
