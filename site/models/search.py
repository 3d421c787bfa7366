"""What is remembered of searches: those that found nothing, what became of the others, wordings."""

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from communaute.extensions import Model


class RememberedSearch(Model):
    """A query: a keyed hash, and its words once seen on three days. Nothing says who typed it."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    days: Mapped[int]
    last_day: Mapped[date] = mapped_column(index=True)
    text: Mapped[str | None] = mapped_column(String(200), default=None)


class MissedSearch(RememberedSearch):
    """A query without an answer."""

    __tablename__ = "missed_search"


class SearchUse(RememberedSearch):
    """A query with results: how often they were seen, and how often one searched again at once."""

    __tablename__ = "search_use"

    seen: Mapped[int] = mapped_column(default=0)
    again: Mapped[int] = mapped_column(default=0)


class SearchClick(Model):
    """How often the result of a rank was opened for a query."""

    __tablename__ = "search_click"
    __table_args__ = (UniqueConstraint("use_id", "rank"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    use_id: Mapped[int] = mapped_column(ForeignKey("search_use.id", ondelete="CASCADE"))
    rank: Mapped[int]
    count: Mapped[int] = mapped_column(default=0)


class SearchWording(Model):
    """A wording that an editor gave to an address: it counts from the next index on."""

    __tablename__ = "search_wording"
    __table_args__ = (UniqueConstraint("text", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(200))
    added_on: Mapped[date]
