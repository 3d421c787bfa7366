"""Accounts: people, their roles and passkeys, their open sessions, what they have begun."""

from datetime import UTC, datetime
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from communaute.extensions import Model
from communaute.models.columns import Moment


class Role(StrEnum):
    """What some people may do beyond their own account; each needs a second factor."""

    EDITOR = "editor"
    ORGANISER = "organiser"
    ADMINISTRATOR = "administrator"


class UserRole(Model):
    """One role of one person, and since when."""

    __tablename__ = "user_role"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(20))
    granted_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("user_id", "name"),)


class Passkey(Model):
    """A passkey (WebAuthn): what proves that its owner is there, without a secret of ours."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    credential: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    # How many times the key says it has served: one that counts backwards has been copied.
    uses: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(60))
    # Whether it opens the account by itself, without the password.
    alone: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class User(Model):
    """A person with an account. Flask-Login asks for `is_authenticated` and the three after it."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    # The sign-in address; what we write to is `contact_address`.
    email: Mapped[str] = mapped_column(String(254), unique=True)
    # None while two sign-ups dispute an address: the password is then chosen from the mail's link.
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    # Read by nobody since sessions and links are rows; the next release drops these two columns.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: uuid4().hex)
    tf_primary_method: Mapped[str | None] = mapped_column(String(20))
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=lambda: datetime.now(UTC))
    last_seen_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    name: Mapped[str] = mapped_column(String(100), default="")
    # Only ever a confirmed address: an unconfirmed one lives in the link that was sent to it.
    contact_email: Mapped[str | None] = mapped_column(String(254))
    # The authenticator's secret, sealed (domain/accounts/second_factor.py).
    totp_secret: Mapped[str | None] = mapped_column("tf_totp_secret", String(500))
    # The half minute of the last code taken: a code serves once.
    totp_last_step: Mapped[int | None] = mapped_column("tf_last_counter")
    recovery_codes: Mapped[list[str] | None] = mapped_column(
        "mf_recovery_codes", MutableList.as_mutable(JSON())
    )
    # The invented set this person belongs to: a guest (active) or somebody invented (never active).
    # No foreign key: to add one, SQLite would rebuild this table and empty those that hang on it.
    practice_id: Mapped[int | None] = mapped_column(index=True)

    roles: Mapped[list[UserRole]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by=UserRole.name
    )

    passkeys: Mapped[list[Passkey]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by=Passkey.id
    )

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Whether this account may be signed in to: confirmed, not closed, nobody invented."""
        return self.active and self.confirmed_at is not None and not self.is_guest

    def get_id(self) -> str:
        """Whom the session's cookie names; it opens nothing without the session's row."""
        return str(self.id)

    def has_role(self, name: str) -> bool:
        """Whether this person has a role."""
        return any(role.name == name for role in self.roles)

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
        """Whether a second factor is in place: it is then asked for at each sign-in."""
        return bool(self.totp_secret or self.passkeys)


class SignIn(Model):
    """One open session. Without its row a cookie opens nothing: signing out is final."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime] = mapped_column(Moment, index=True)
    last_seen_at: Mapped[datetime | None] = mapped_column(Moment)
    # When its owner last gave their password or passkey: what matters is asked again half an hour later.
    proved_at: Mapped[datetime | None] = mapped_column(Moment)
    # In words (« Firefox sur Windows »), so that its owner tells their devices apart.
    browser: Mapped[str] = mapped_column(String(60), default="", server_default=text("''"))

    user: Mapped[User] = relationship()


class Step(Model):
    """Something begun that has an end: a link sent by mail, a code awaited, a factor being set up.

    Only a digest of its key is kept; the key is in the link, or in the browser's cookie.
    """

    __tablename__ = "account_step"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    # The address of a link, a sealed secret, the page one was going to.
    detail: Mapped[str] = mapped_column(String(500), default="")
    begun_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment, index=True)
    done_at: Mapped[datetime | None] = mapped_column(Moment)

    user: Mapped[User | None] = relationship()

    __table_args__ = (Index("ix_account_step_detail", "kind", "detail", "begun_at"),)


class FailedAttempt(Model):
    """A wrong password or code. Digests only: no address and no network is kept."""

    __tablename__ = "failed_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    client: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment, index=True)

    __table_args__ = (Index("ix_failed_attempt_account", "account", "at"),)
