"""What opinions add up to: rates with their interval, the worst pages, the months of one page."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import sqrt

from sqlalchemy import Integer, case, cast, func, select
from sqlalchemy.orm import Session

from communaute.domain.clock import PARIS
from communaute.models.opinions import PageOpinion


# Our own rule: below, a rate says more of chance than of the page.
ENOUGH = 10
# The normal quantile of a 95 % interval.
Z = 1.959964


@dataclass(frozen=True, slots=True)
class Rate:
    """How many answers, and how many say that the page was useful."""

    total: int = 0
    helpful: int = 0

    @property
    def share(self) -> float:
        """From 0 to 1; 0 without answers."""
        return self.helpful / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share.

        E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927:
        it stays within 0 and 1, and holds for few answers.
        """
        if not self.total:
            return 0.0, 1.0
        n, p = self.total, self.share
        middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
        return max(0.0, min(p, middle - half)), min(1.0, max(p, middle + half))

    @property
    def is_enough(self) -> bool:
        """Whether the rate may be compared with another page's."""
        return self.total >= ENOUGH


@dataclass(frozen=True, slots=True)
class PageRate:
    """A page's rate, and how often each reason was given."""

    page: str
    rate: Rate
    reasons: Mapping[str, int] = field(default_factory=dict)


HELPFUL = func.coalesce(func.sum(cast(PageOpinion.helpful, Integer)), 0)


def overall(session: Session) -> Rate:
    """Every answer kept, whatever the page."""
    total, helpful = session.execute(select(func.count(), HELPFUL).select_from(PageOpinion)).one()
    return Rate(total, helpful)


def judged_pages(session: Session) -> int:
    """How many pages have an answer."""
    return session.scalar(select(func.count(PageOpinion.page.distinct()))) or 0


def worst_pages(session: Session, *, limit: int, offset: int = 0) -> list[PageRate]:
    """The pages, the worst first; those with too few answers to be compared come last."""
    total = func.count()
    asked = (
        select(PageOpinion.page, total, HELPFUL)
        .group_by(PageOpinion.page)
        .order_by(case((total >= ENOUGH, 0), else_=1), HELPFUL * 1.0 / total, total.desc())
        .order_by(PageOpinion.page)
    )
    rows = session.execute(asked.limit(limit).offset(offset)).all()
    reasons = reasons_of(session, [page for page, _, _ in rows])
    return [PageRate(page, Rate(n, yes), reasons[page]) for page, n, yes in rows]


def reasons_of(session: Session, pages: list[str]) -> dict[str, Counter[str]]:
    """How often each reason was given, for each page."""
    asked = (
        select(PageOpinion.page, PageOpinion.reason, func.count())
        .where(PageOpinion.page.in_(pages), PageOpinion.reason != "")
        .group_by(PageOpinion.page, PageOpinion.reason)
    )
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for page, reason, count in session.execute(asked):
        found[page][reason] = count
    return found


def page_rate(session: Session, page: str) -> PageRate:
    """Count the answers of one page."""
    of_page = PageOpinion.page == page
    total, helpful = session.execute(
        select(func.count(), HELPFUL).select_from(PageOpinion).where(of_page)
    ).one()
    return PageRate(page, Rate(total, helpful), reasons_of(session, [page])[page])


def by_month(session: Session, page: str) -> dict[str, Rate]:
    """The page's rate in each month that has an answer (`2026-11`), in order."""
    of_page, when = PageOpinion.page == page, PageOpinion.given_at
    first, last = session.execute(select(func.min(when), func.max(when)).where(of_page)).one()
    if first is None:
        return {}
    starts = list(months_between(first, last))
    # Counted there, for no two databases cut a month of Paris in the same way.
    place = case(*((when >= start, number) for number, start in reversed([*enumerate(starts)])))
    counted = select(place, func.count(), HELPFUL).where(of_page).group_by(place).order_by(place)
    return {
        f"{starts[number]:%Y-%m}": Rate(count, helpful)
        for number, count, helpful in session.execute(counted)
    }


def months_between(first: datetime, last: datetime) -> Iterator[datetime]:
    """The beginning of each month of Paris, from that of `first` to that of `last`."""
    begins = first.astimezone(PARIS).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while begins <= last:
        yield begins
        begins = begins.replace(year=begins.year + begins.month // 12, month=begins.month % 12 + 1)


def remarks(session: Session, page: str, limit: int) -> list[PageOpinion]:
    """The last opinions of a page that say something: a reason or words."""
    said = (PageOpinion.reason != "") | (PageOpinion.comment != "")
    asked = select(PageOpinion).where(PageOpinion.page == page, said)
    return list(session.scalars(asked.order_by(PageOpinion.id.desc()).limit(limit)))
