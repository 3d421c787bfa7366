"""The newsletter: who subscribes and what proves it, what is sent, what comes back."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from communaute.extensions import Model
from communaute.models.columns import Moment


class Rhythm(StrEnum):
    """How often one is written to: with each issue, or with each article."""

    MONTHLY = "monthly"
    ARTICLES = "articles"


class Subscriber(Model):
    """One mailbox: asked for (`confirmed_at` is None), subscribed, or left (`left_at`).

    `digest` tells mailboxes apart, whatever their spelling. Themes are slugs between spaces, so that
    SQL can look for one: ` fournisseur travaux `.
    """

    __tablename__ = "newsletter_subscriber"

    id: Mapped[int] = mapped_column(primary_key=True)
    # What links name: no number that could be counted, no address.
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(String(254))
    themes: Mapped[str] = mapped_column(String(200), default="")
    rhythm: Mapped[str] = mapped_column(String(10), default=Rhythm.MONTHLY)
    # What was asked for and waits for its confirmation; added to what is there, never instead.
    asked_themes: Mapped[str] = mapped_column(String(200), default="")
    asked_rhythm: Mapped[str | None] = mapped_column(String(10))
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    # The first day on which one is written to again.
    paused_until: Mapped[date | None] = mapped_column(Date)
    # When each kind of mail that a stranger can cause last left: one an hour.
    confirmation_mailed_at: Mapped[datetime | None] = mapped_column(Moment)
    link_mailed_at: Mapped[datetime | None] = mapped_column(Moment)
    new_address: Mapped[str | None] = mapped_column(String(254))
    new_address_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index("ix_newsletter_subscriber_asked", "confirmed_at", "asked_at"),)


class Consent(Model):
    """One step of a subscriber, kept as proof: what was read, when, on which page."""

    __tablename__ = "newsletter_consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("newsletter_subscriber.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = mapped_column(Moment)
    step: Mapped[str] = mapped_column(String(20))
    wording: Mapped[str] = mapped_column(Text, default="")
    page: Mapped[str] = mapped_column(String(200), default="")
    themes: Mapped[str] = mapped_column(String(200), default="")
    rhythm: Mapped[str] = mapped_column(String(10), default="")


class SuppressionReason(StrEnum):
    """Why a list no longer writes to a mailbox, whatever is imported."""

    NO_MAILBOX = "no-mailbox"
    KEEPS_FAILING = "keeps-failing"
    COMPLAINT = "complaint"
    LEFT = "left"
    ERASED = "erased"


class Suppression(Model):
    """A mailbox that one list must not write to; other mails (a password) are not concerned."""

    __tablename__ = "mail_suppression"

    id: Mapped[int] = mapped_column(primary_key=True)
    list_name: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime] = mapped_column(Moment, index=True)

    __table_args__ = (UniqueConstraint("list_name", "digest"),)


class SendingState(StrEnum):
    """Where a sending is. scheduled → queueing → leaving → done; paused from any of the three, and
    back to where it was; stopped for good."""

    SCHEDULED = "scheduled"
    QUEUEING = "queueing"
    LEAVING = "leaving"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"


class Sending(Model):
    """One letter to one audience, frozen as it was when it was asked for.

    `letter` is the address of the page; `number` is 0 for the letter itself, then each correction or
    remainder. One row a letter and number: asked for twice, it is sent once.
    """

    __tablename__ = "newsletter_sending"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter: Mapped[str] = mapped_column(String(200))
    number: Mapped[int] = mapped_column(SmallInteger, default=0)
    to: Mapped[str] = mapped_column(String(10), default="everybody")
    subject: Mapped[str] = mapped_column(String(300))
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    themes: Mapped[str] = mapped_column(String(200))
    rhythm: Mapped[str] = mapped_column(String(10))
    # Only those who had confirmed by then: nobody is sent what is older than their subscription.
    confirmed_by: Mapped[datetime | None] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    # Everybody has been looked at; everything has left.
    queued_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    # The account that asked for it.
    by: Mapped[int | None]
    # The last subscriber looked at, and when the next mail may leave, in all and to each domain.
    cursor: Mapped[int] = mapped_column(default=0)
    pace: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    paused_because: Mapped[str] = mapped_column(String(300), default="")
    # From when failures are counted: the last time a person let it go on.
    watched_since: Mapped[datetime | None] = mapped_column(Moment)
    # The four counts, once its deliveries may be erased.
    tally: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True), default=None)

    __table_args__ = (UniqueConstraint("letter", "number"),)


class NewArticleState(StrEnum):
    """What becomes of an article's letter: it waits, it was asked for, or it does not leave by itself."""

    WAITING = "waiting"
    ASKED = "asked"
    KNOWN = "known"


class NewArticle(Model):
    """An article, noted when this site first has it: whoever looks again knows it."""

    __tablename__ = "newsletter_article"

    id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(String(200), unique=True)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(8), index=True)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)


class ReturnKind(StrEnum):
    """What a returned mail says of the mailbox."""

    NO_MAILBOX = "no-mailbox"
    TEMPORARY = "temporary"
    POLICY = "policy"
    COMPLAINT = "complaint"
    OTHER = "other"


class ReturnedMail(Model):
    """What came back of one mail. Never the address: the subscriber's row has it."""

    __tablename__ = "returned_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    # The same report told twice is one.
    key: Mapped[str] = mapped_column(String(64), unique=True)
    delivery_id: Mapped[int | None] = mapped_column(index=True)
    subscriber_id: Mapped[int | None] = mapped_column(
        ForeignKey("newsletter_subscriber.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    source: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(12), default="")
    said: Mapped[str] = mapped_column(String(500), default="")
    # A person has put the subscriber back: it no longer counts.
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)
