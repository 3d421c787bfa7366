"""What each person wants to be told of, and how far they have been."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from communaute.extensions import Model
from communaute.models.columns import Moment


class NotificationSetting(Model):
    """One person's settings: page, sender and mail footer read this row and no other.

    A person without a row has every default: nothing is sent. `next_at` is the box itself: the moment
    of the next digest while it is ticked, None while it is not, so that the two cannot disagree.
    """

    __tablename__ = "notification_setting"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    next_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    weekly: Mapped[bool] = mapped_column(default=False)
    hour: Mapped[int] = mapped_column(SmallInteger, default=8)
    working_days: Mapped[bool] = mapped_column(default=True)
    # Topics that are not wanted: one that the site adds later is wanted.
    silenced: Mapped[list[str]] = mapped_column(JSON, default=list)
    # Structures joined later; and the structures of which the contrary holds.
    next_structures: Mapped[bool] = mapped_column(default=True)
    exceptions: Mapped[list[int]] = mapped_column(JSON, default=list)
    # How far digests have told (Event.place), and since when the next one tells.
    sent_to: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime | None] = mapped_column(Moment)
    # How far the person has read on the site, and before they said that all was read.
    read_to: Mapped[int] = mapped_column(default=0)
    read_before: Mapped[int | None] = mapped_column(default=None)
    # What the settings were before they were left from a mail, so that it can be undone.
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    # The private address of the person's feed; a new key closes the former address.
    feed_key: Mapped[str | None] = mapped_column(String(43), unique=True, default=None)
