"""Pages and dates of trainings that people follow, and what has changed in them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from communaute.extensions import Model
from communaute.models.columns import Moment


class Follower(Model):
    """Who is written to: an account, or an address without one. Their mails' links carry `key`."""

    __tablename__ = "follower"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(43), unique=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), unique=True
    )
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    # When a mail last asked to confirm; emptied once its reader has answered.
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    # When they last stopped something; emptied once that is put back.
    stopped_at: Mapped[datetime | None] = mapped_column(Moment)
    # The last change they have been told of (ContentChange.id).
    told_to: Mapped[int] = mapped_column(default=0)

    __table_args__ = (CheckConstraint("(user_id IS NULL) <> (email IS NULL)", name="one_owner"),)


class Follow(Model):
    """One thing that somebody follows: `page:/guides/x`, `formation:x`, `theme:x`.

    Told of only once confirmed, and while it is not stopped.
    """

    __tablename__ = "follow"

    id: Mapped[int] = mapped_column(primary_key=True)
    follower_id: Mapped[int] = mapped_column(ForeignKey("follower.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(200), index=True)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    stopped_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("follower_id", "subject"),)


class ContentChange(Model):
    """One real change: what a page's `updated_note` says, or a new date. `mark` tells it from others."""

    __tablename__ = "content_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(200))
    mark: Mapped[str] = mapped_column(String(40))
    # When it happened: whoever began to follow later is not told.
    at: Mapped[datetime] = mapped_column(Moment)
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(String(300))

    __table_args__ = (UniqueConstraint("subject", "mark"),)
