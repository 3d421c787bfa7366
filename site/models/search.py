"""Searches that found nothing."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from communaute.extensions import Model


class MissedSearch(Model):
    """A query without an answer: a keyed hash, and its words once seen on three days.

    Nothing says who typed it.
    """

    __tablename__ = "missed_search"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    days: Mapped[int]
    last_day: Mapped[date] = mapped_column(index=True)
    text: Mapped[str | None] = mapped_column(String(200), default=None)
