"""Structures and invoices: the tables that the tools share.

`practice_id` says which invented set a structure, or a person, belongs to; None is the real world.
The two never meet: a verb compares them before anything else.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from communaute.extensions import Model
from communaute.models.accounts import User
from communaute.models.columns import Moment


class Nature(StrEnum):
    """Whether a structure is public or private."""

    PUBLIC = "public"
    PRIVATE = "private"


class Origin(StrEnum):
    """Which door a structure came in by."""

    DECLARED = "declared"
    INTAKE = "intake"
    PRACTICE = "practice"
    DEMO = "demo"


class MembershipRole(StrEnum):
    """What a person is in a structure. The words are those of Chorus Pro before 2022."""

    PRINCIPAL = "principal"
    SECONDARY = "secondary"
    USER = "user"


class MembershipState(StrEnum):
    """Where an attachment is: asked for, in force, or refused."""

    PENDING = "pending"
    ACTIVE = "active"
    REFUSED = "refused"


class SpaceKind(StrEnum):
    """The spaces (« espaces ») a structure may open in Chorus Pro."""

    MANAGER = "manager"
    SENT = "sent"
    RECEIVED = "received"
    WORKS = "works"
    REQUESTS_SENT = "requests-sent"
    REQUESTS_RECEIVED = "requests-received"
    MESSAGES = "messages"
    FEE_STATEMENTS = "fee-statements"
    TIC = "tic"


class ConnectionKind(StrEnum):
    """What links a structure to a machine or a register, and that a SIRET change never copies."""

    TECHNICAL_ACCOUNT = "technical-account"
    EDI = "edi"
    API = "api"
    PACAGE = "pacage"


class PracticeSet(Model):
    """One visitor's invented world. Its rows go with it, 24 hours after it was opened."""

    __tablename__ = "practice_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    # A keyed digest of the network address, so that one address does not fill the tables.
    client: Mapped[str] = mapped_column(String(64), index=True)


class Structure(Model):
    """An entity that sends or receives invoices, under one SIRET."""

    __tablename__ = "structure"

    id: Mapped[int] = mapped_column(primary_key=True)
    siret: Mapped[str] = mapped_column(String(14))
    name: Mapped[str] = mapped_column(String(200))
    nature: Mapped[str] = mapped_column(String(8))
    local_authority: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    origin: Mapped[str] = mapped_column(String(10))
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practice_set.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    # None: « non vérifié ». Set by the intake, or when the public register knows the SIRET.
    verified_at: Mapped[datetime | None] = mapped_column(Moment)
    # The moment of the latest thing the intake told of it: an older one changes nothing.
    told_at: Mapped[datetime | None] = mapped_column(Moment)

    services: Mapped[list["Service"]] = relationship(order_by="Service.code", viewonly=True)
    spaces: Mapped[list["Space"]] = relationship(order_by="Space.kind", viewonly=True)

    __table_args__ = (
        UniqueConstraint("practice_id", "siret"),
        # NULLs differ from one another: the real world needs an index of its own.
        Index(
            "uq_structure_siret_real",
            "siret",
            unique=True,
            sqlite_where=text("practice_id IS NULL"),
            postgresql_where=text("practice_id IS NULL"),
        ),
    )


class Service(Model):
    """A service of a structure: where inside it an invoice goes."""

    __tablename__ = "service"

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"))
    code: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (UniqueConstraint("structure_id", "code"),)


class Space(Model):
    """A space that a structure has opened."""

    __tablename__ = "space"

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"))
    kind: Mapped[str] = mapped_column(String(20))

    __table_args__ = (UniqueConstraint("structure_id", "kind"),)


class Membership(Model):
    """A person attached to a structure, or asking to be."""

    __tablename__ = "membership"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"))
    role: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(8))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    # What the person wrote to be recognised by the managers.
    message: Mapped[str] = mapped_column(Text, default="")

    user: Mapped[User] = relationship()
    structure: Mapped[Structure] = relationship()

    __table_args__ = (
        UniqueConstraint("user_id", "structure_id"),
        Index("ix_membership_structure", "structure_id", "state", "role"),
        # Requests are shown the oldest first: of one structure, of all.
        Index("ix_membership_asked", "structure_id", "state", "asked_at", "id"),
        Index("ix_membership_waiting", "state", "asked_at", "id"),
    )


class Invoice(Model):
    """An invoice between two structures. It never moves: a SIRET change leaves it where it is."""

    __tablename__ = "invoice"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(100))
    # Chorus Pro asks a number to be unique for a sender within a year.
    year: Mapped[int]
    sender_id: Mapped[int] = mapped_column(ForeignKey("structure.id"))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("structure.id"))
    service_code: Mapped[str] = mapped_column(String(100), default="")
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    issued_on: Mapped[date]
    # The latest StatusChange, repeated here so that a list is one query.
    status: Mapped[str] = mapped_column(String(40))
    status_at: Mapped[datetime] = mapped_column(Moment)
    told_at: Mapped[datetime | None] = mapped_column(Moment)

    sender: Mapped[Structure] = relationship(foreign_keys=[sender_id])
    recipient: Mapped[Structure] = relationship(foreign_keys=[recipient_id])

    __table_args__ = (
        UniqueConstraint("sender_id", "number", "year"),
        Index("ix_invoice_sender_status", "sender_id", "status"),
        Index("ix_invoice_recipient_status", "recipient_id", "status"),
        # A list shows the latest first.
        Index("ix_invoice_sender_latest", "sender_id", "status_at"),
        Index("ix_invoice_recipient_latest", "recipient_id", "status_at"),
    )


class StatusChange(Model):
    """One step of an invoice: which status, when, who, why."""

    __tablename__ = "status_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    status: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    # Who, when it was done here; erased with the account, the step stays.
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), index=True
    )
    reason: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (Index("ix_status_change_invoice", "invoice_id", "at", "id"),)


class BillingMandate(Model):
    """The mandate by which a structure lets the portal make its invoices (mode « Saisie »)."""

    __tablename__ = "billing_mandate"

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"), index=True)
    signed_on: Mapped[date]


class Connection(Model):
    """A technical account, an EDI or API connection, a PACAGE number."""

    __tablename__ = "connection"

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(200), default="")


class Event(Model):
    """What happened, and to whom it matters: the members of a structure, or one person."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    kind: Mapped[str] = mapped_column(String(40))
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"))
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    # When set, it matters to this person alone.
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # Its place among the events that are committed, given after they are (domain/notifications):
    # an identifier is drawn before, and would let a late one pass behind a reader who is further on.
    place: Mapped[int | None] = mapped_column(default=None, unique=True)
    # Why it could not be told to somebody: staff see it.
    fault: Mapped[str | None] = mapped_column(String(200), default=None)

    __table_args__ = (
        Index("ix_event_structure", "structure_id", "at"),
        Index("ix_event_structure_place", "structure_id", "place"),
        Index(
            "ix_event_unplaced",
            "id",
            sqlite_where=text("place IS NULL"),
            postgresql_where=text("place IS NULL"),
        ),
        Index(
            "ix_event_faulty",
            "id",
            sqlite_where=text("fault IS NOT NULL"),
            postgresql_where=text("fault IS NOT NULL"),
        ),
    )


class IntakeEvent(Model):
    """An event that the intake has taken, by the identifier its sender gave it: once only."""

    __tablename__ = "intake_event"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(Moment, index=True)
    # What it says, as long as what it is about is not known yet; None once applied.
    waiting: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # What it waits for (`structure 00001…`, `invoice …`), to be found when that comes.
    waits_for: Mapped[str | None] = mapped_column(String(150), index=True)
