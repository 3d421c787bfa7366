"""Accounts: people, their roles, their open sessions, failed attempts."""

from datetime import UTC, datetime
from enum import StrEnum

from flask_security import RoleMixin, UserMixin
from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from communaute.extensions import Model
from communaute.models.columns import Moment


class Role(StrEnum):
    """What some people may do beyond their own account; each needs a second factor."""

    EDITOR = "editor"
    ORGANISER = "organiser"
    ADMINISTRATOR = "administrator"


class UserRole(Model, RoleMixin):
    """One role of one person, and since when."""

    __tablename__ = "user_role"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(20))
    granted_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("user_id", "name"),)


class User(Model, UserMixin):
    """A person with an account. The columns named fs_, tf_ and mf_ are Flask-Security's."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    # The sign-in address; what we write to is `contact_address`.
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=lambda: datetime.now(UTC))
    last_seen_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    name: Mapped[str] = mapped_column(String(100), default="")
    # Only ever a confirmed address: an unconfirmed one lives in the link that was sent to it.
    contact_email: Mapped[str | None] = mapped_column(String(254))
    tf_primary_method: Mapped[str | None] = mapped_column(String(20))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(500))
    # The last code taken: a code serves once.
    tf_last_counter: Mapped[int | None]
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON()))
    # The invented set this person belongs to: a guest (active) or somebody invented (never active).
    # No foreign key: to add one, SQLite would rebuild this table and empty those that hang on it.
    practice_id: Mapped[int | None] = mapped_column(index=True)

    roles: Mapped[list[UserRole]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by=UserRole.name
    )

    @property
    def contact_address(self) -> str:
        """Where to write to this person."""
        return self.contact_email or self.email

    @property
    def is_guest(self) -> bool:
        """Whether this is a practice account: it reaches nobody, no mail is sent to or for it."""
        return self.practice_id is not None

    @property
    def is_staff(self) -> bool:
        """Whether this person has any role."""
        return bool(self.roles)

    @property
    def has_second_factor(self) -> bool:
        """Whether a second factor is in place."""
        return bool(self.tf_primary_method and self.tf_totp_secret)

    def check_tf_required(
        self, tf_setup_methods: list[tuple[str, str]], tf_fresh: bool
    ) -> tuple[bool, list[tuple[str, str]]]:
        """Flask-Security asks at sign-in: who has a role, or a factor, is asked each time."""
        return self.is_staff or bool(tf_setup_methods), tf_setup_methods

    def check_tf_required_setup(self) -> bool:
        """Flask-Security asks at set-up: who has a role cannot take the factor away."""
        return self.is_staff


class SignIn(Model):
    """One open session. Without its row a cookie opens nothing: signing out is final."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime] = mapped_column(Moment, index=True)


class FailedAttempt(Model):
    """A wrong password or code. Digests only: no address and no network is kept."""

    __tablename__ = "failed_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    client: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment, index=True)

    __table_args__ = (Index("ix_failed_attempt_account", "account", "at"),)
