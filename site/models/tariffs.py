"""Tariffs, so that a report, a saved calculation and a guide can point to a row.

The CSV of content/tarifs is the source: `tariffs load` fills Tariff and TariffPeriod.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from communaute.extensions import Model
from communaute.models.columns import Moment


class Tariff(Model):
    """A series: what is paid for one service, through its periods."""

    __tablename__ = "tariff"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    category: Mapped[str] = mapped_column(String(80), index=True)
    service: Mapped[str] = mapped_column(Text)
    periods: Mapped[list["TariffPeriod"]] = relationship(back_populates="tariff")


class TariffPeriod(Model):
    """One amount or formula over one period (inclusive dates). Its id never changes.

    A row that leaves the CSV is withdrawn, not erased: reports and calculations point to it.
    """

    __tablename__ = "tariff_period"

    id: Mapped[str] = mapped_column(String(140), primary_key=True)
    tariff_id: Mapped[str] = mapped_column(ForeignKey("tariff.id"), index=True)
    source_id: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(String(80), default="")
    amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    formula: Mapped[str] = mapped_column(String(200), default="")
    unit: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    verified_on: Mapped[date]
    confidence: Mapped[str] = mapped_column(String(20))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    tariff: Mapped[Tariff] = relationship(back_populates="periods")


class SavedCalculation(Model):
    """A calculation kept under a link: what was asked and what was answered. Nothing says who."""

    __tablename__ = "saved_calculation"

    token: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    question: Mapped[dict[str, str]] = mapped_column(JSON)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    period_id: Mapped[str] = mapped_column(ForeignKey("tariff_period.id"), index=True)
    saved_at: Mapped[datetime] = mapped_column(Moment)


class TariffReport(Model):
    """An error that a visitor points out. Nothing says who."""

    __tablename__ = "tariff_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[str | None] = mapped_column(ForeignKey("tariff_period.id"), index=True)
    message: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(500), default="")
    reported_at: Mapped[datetime] = mapped_column(Moment, index=True)
    handled_at: Mapped[datetime | None] = mapped_column(Moment)
