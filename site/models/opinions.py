"""Opinions on pages, what was mended thanks to them, and how often pages are read."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from communaute.extensions import Model
from communaute.models.columns import Moment


class PageOpinion(Model):
    """One visitor's answer to « Cette page vous a-t-elle été utile ? ». Nothing says who."""

    __tablename__ = "page_opinion"

    id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(String(200))
    helpful: Mapped[bool]
    # Why not, one of REASONS of domain/opinions/giving.py; empty for a « oui ».
    reason: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    comment: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime] = mapped_column(Moment, index=True)

    # All that is counted of a page, without reading what people wrote.
    __table_args__ = (
        Index("ix_page_opinion_counted", "page", "reason", "helpful"),
        Index("ix_page_opinion_dated", "page", "given_at", "helpful"),
    )


class PageRepair(Model):
    """Something to mend on a page, that an editor has taken from an opinion or from a search."""

    __tablename__ = "page_repair"

    id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(String(200), index=True)
    what: Mapped[str] = mapped_column(String(300))
    opinion_id: Mapped[int | None] = mapped_column(
        ForeignKey("page_opinion.id", ondelete="SET NULL")
    )
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    # The day it was mended, and what readers are told of it; `dropped`: it will not be.
    mended_on: Mapped[date | None] = mapped_column(Date)
    told: Mapped[str] = mapped_column(String(300), default="")
    dropped: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None] = mapped_column(Moment, index=True)


class PageEdit(Model):
    """A day on which a page was seen to say something else than before; the first is no edit."""

    __tablename__ = "page_edit"

    id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(String(200), index=True)
    digest: Mapped[str] = mapped_column(String(32))
    noted_on: Mapped[date] = mapped_column(Date)


class PageRead(Model):
    """How many times a page was opened on a day, by browsers with scripts. Nothing says by whom."""

    __tablename__ = "page_read"

    id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(String(200))
    day: Mapped[date] = mapped_column(Date, index=True)
    count: Mapped[int] = mapped_column(default=0)

    __table_args__ = (UniqueConstraint("page", "day"),)
