"""Testimonials that people send: their words, what became of them, what is published."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from communaute.extensions import Model
from communaute.models.columns import Moment


class TestimonialState(StrEnum):
    """Where a testimonial stands. `draft`: its author has not yet answered the mail."""

    __test__ = False

    DRAFT = "draft"
    WAITING = "waiting"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Testimonial(Model):
    """One person's testimonial. Withdrawn, nothing of them is left but `reference`: it hides the page."""

    __tablename__ = "testimonial"
    __test__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    # Links are signed forms of it; the exported page names it, so that it can be hidden.
    reference: Mapped[str] = mapped_column(String(43), unique=True)
    state: Mapped[str] = mapped_column(String(12), index=True)
    email: Mapped[str] = mapped_column(String(254), index=True, default="")
    # Their answers as they stand: domain/testimonials/words.py names the keys.
    said: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    # What the site shows: the answers as approved, and the team's own words under them.
    published: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # Changes that the team proposes, and why: nothing until their author accepts.
    proposed: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    proposed_why: Mapped[str] = mapped_column(Text, default="")
    refusal: Mapped[str] = mapped_column(String(30), default="")
    # The sentence consented to, when, and on which page.
    consent: Mapped[str] = mapped_column(Text, default="")
    consented_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    published_on: Mapped[date | None] = mapped_column(Date)
    # The last day on which its author said that it is still true; when they were last asked.
    true_on: Mapped[date | None] = mapped_column(Date)
    asked_again_at: Mapped[datetime | None] = mapped_column(Moment)
