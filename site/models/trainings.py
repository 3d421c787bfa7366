"""Trainings: dates, registrations, the waiting list, and the log that explains both."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from communaute.extensions import Model
from communaute.models.columns import Moment


class RegistrationState(StrEnum):
    """Where one person stands for one training. The first four are alive: one a person.

    held → confirmed. waiting → offered → confirmed. HELD, CONFIRMED and OFFERED take a place of
    their pair; no other state does, but PAST: a confirmed place whose sessions are over, set when
    the person signs up for the same training again.
    """

    HELD = "held"
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    OFFERED = "offered"
    PAST = "past"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    LEFT = "left"


ALIVE = (
    RegistrationState.HELD,
    RegistrationState.CONFIRMED,
    RegistrationState.WAITING,
    RegistrationState.OFFERED,
)
PLACED = (RegistrationState.CONFIRMED, RegistrationState.PAST)
SEATED = (*PLACED, RegistrationState.HELD, RegistrationState.OFFERED)
IN_LIST = (RegistrationState.WAITING, RegistrationState.OFFERED)
_ALIVE_SQL = "state IN ('held', 'confirmed', 'waiting', 'offered')"


class OfferOutcome(StrEnum):
    """What became of an offer. PASSED: the pair had places when the person joined the list."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    PASSED = "passed"


class Training(Model):
    """A training that has dates. Its words are a Markdown page, found by its slug.

    Its row is the lock under which every place and the whole waiting list of the training change.
    """

    __tablename__ = "training"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    # Copied from the page: mails and statistics outlive it.
    title: Mapped[str] = mapped_column(String(200))
    theme: Mapped[str] = mapped_column(String(200))
    # Numbers of the waiting list: the last given, and the first, below which go those whose
    # pair was called off (they had a place).
    last_number: Mapped[int] = mapped_column(default=0)
    first_number: Mapped[int] = mapped_column(default=1)

    pairs: Mapped[list["SessionPair"]] = relationship(
        back_populates="training", order_by="SessionPair.starts_at"
    )


class SessionPair(Model):
    """What one signs up for: two sessions of 1 h 30, or the one session of a webinar."""

    __tablename__ = "training_pair"

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"), index=True)
    capacity: Mapped[int]
    # How many registrations are in a state of SEATED. The check is the last guard: the database
    # itself refuses one place too many.
    taken: Mapped[int] = mapped_column(default=0)
    # Copied from the sessions: the first start, the last end.
    starts_at: Mapped[datetime] = mapped_column(Moment, index=True)
    ends_at: Mapped[datetime] = mapped_column(Moment, index=True)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    # When attendance was first noted for every session: thanks and attestations may go.
    attendance_noted_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)

    training: Mapped[Training] = relationship(back_populates="pairs")
    sessions: Mapped[list["TrainingSession"]] = relationship(
        back_populates="pair", order_by="TrainingSession.number", cascade="all, delete-orphan"
    )

    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= capacity", name="never_oversold"),
        CheckConstraint("capacity > 0", name="some_places"),
    )


class TrainingSession(Model):
    """One session: when (UTC) and where. `sequence` rises each time any of it changes."""

    __tablename__ = "training_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("training_pair.id", ondelete="CASCADE"))
    number: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(Moment, index=True)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    # The virtual class, given only to people who have a place; or a place in words.
    class_url: Mapped[str] = mapped_column(String(500), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    sequence: Mapped[int] = mapped_column(default=0)

    pair: Mapped[SessionPair] = relationship(back_populates="sessions")

    __table_args__ = (UniqueConstraint("pair_id", "number"),)


class Registration(Model):
    """One person's request for one training, from the form to long after the sessions.

    Erased (`erased_at`), only its state, its pair and its dates remain: statistics.
    """

    __tablename__ = "training_registration"

    id: Mapped[int] = mapped_column(primary_key=True)
    # What signed links are made of; emptied when erased, so that they open nothing.
    reference: Mapped[str | None] = mapped_column(String(32), unique=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"))
    pair_id: Mapped[int | None] = mapped_column(ForeignKey("training_pair.id"))
    state: Mapped[str] = mapped_column(String(12))
    # Until when a place is held or offered.
    until: Mapped[datetime | None] = mapped_column(Moment)
    # The order in the waiting list, kept while a place is offered or held.
    number: Mapped[int | None]
    unanswered: Mapped[int] = mapped_column(default=0)
    # iCalendar's SEQUENCE of what this person was sent: rises with each calendar mail.
    sequence: Mapped[int] = mapped_column(default=-1)
    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    # The address without what makes one person look like several.
    person: Mapped[str] = mapped_column(String(254))
    organisation: Mapped[str] = mapped_column(String(150))
    siret: Mapped[str] = mapped_column(String(14), default="")
    telephone: Mapped[str] = mapped_column(String(30), default="")
    hopes: Mapped[str] = mapped_column(Text, default="")
    consent: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    erased_at: Mapped[datetime | None] = mapped_column(Moment)

    training: Mapped[Training] = relationship()
    pair: Mapped[SessionPair | None] = relationship()

    __table_args__ = (
        # Nobody twice in one training, whatever the code does.
        Index(
            "uq_training_registration_alive",
            "training_id",
            "person",
            unique=True,
            sqlite_where=text(_ALIVE_SQL),
            postgresql_where=text(_ALIVE_SQL),
        ),
        Index("ix_training_registration_pair", "pair_id", "state"),
        Index("ix_training_registration_list", "training_id", "state", "number"),
        Index("ix_training_registration_until", "state", "until"),
        Index("ix_training_registration_person", "person"),
    )


class AccessibilityNeed(Model):
    """What a person needs to follow, apart, under its own consent. Erased after 30 days."""

    __tablename__ = "training_accessibility_need"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("training_registration.id", ondelete="CASCADE"), unique=True
    )
    need: Mapped[str] = mapped_column(Text)
    consent: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(Moment)


class WaitingOffer(Model):
    """One pair offered to one person of the list: never the same twice."""

    __tablename__ = "training_offer"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("training_registration.id", ondelete="CASCADE")
    )
    pair_id: Mapped[int] = mapped_column(ForeignKey("training_pair.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(12))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("registration_id", "pair_id"),)


class PlaceDecision(Model):
    """Why a place was given, refused, offered or freed: one French sentence, without a name.

    The person and the organiser read the same.
    """

    __tablename__ = "training_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"), index=True)
    registration_id: Mapped[int | None] = mapped_column(
        ForeignKey("training_registration.id", ondelete="CASCADE"), index=True
    )
    pair_id: Mapped[int | None] = mapped_column(ForeignKey("training_pair.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    words: Mapped[str] = mapped_column(Text)


class Attendance(Model):
    """One person at one session: what they announced, and what the organiser saw."""

    __tablename__ = "training_attendance"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("training_registration.id", ondelete="CASCADE")
    )
    session_id: Mapped[int] = mapped_column(
        ForeignKey("training_session.id", ondelete="CASCADE"), index=True
    )
    announced_absent_at: Mapped[datetime | None] = mapped_column(Moment)
    # None until the organiser has ticked or left blank, and saved.
    present: Mapped[bool | None]
    noted_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("registration_id", "session_id"),)


class Satisfaction(Model):
    """Three answers, once a registration. Ratings go from 1 (no) to 4 (yes)."""

    __tablename__ = "training_satisfaction"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("training_registration.id", ondelete="CASCADE"), unique=True
    )
    expectations: Mapped[int]
    autonomy: Mapped[int]
    comment: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint("expectations BETWEEN 1 AND 4", name="expectations"),
        CheckConstraint("autonomy BETWEEN 1 AND 4", name="autonomy"),
    )
