"""Accounts as such: unused ones are erased, the first administrator is made."""

from datetime import datetime, timedelta
from typing import Any, cast

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import CursorResult, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from communaute.domain import audit
from communaute.domain.accounts import roles, sessions
from communaute.domain.errors import DomainError
from communaute.models.accounts import Role, User, UserRole


# Our own rule: a link lives two days, an account nobody opens three years.
UNCONFIRMED_KEPT = timedelta(days=7)
UNUSED_KEPT = timedelta(days=3 * 365)


def find(session: Session, email: str) -> User | None:
    """The account of a sign-in address, whatever its capitals."""
    return session.scalar(select(User).where(func.lower(User.email) == email.lower()))


def hold(session: Session, user_id: int) -> User | None:
    """The account as it is now; others wait for the end of this transaction to change it or to enter.

    Two requests that read before either writes would both use one code, or each take away the factor
    that the other leaves; None when it has gone meanwhile.
    """
    return session.get(User, user_id, with_for_update=True, populate_existing=True)


def make_administrator(session: Session, *, email: str, password_hash: str, now: datetime) -> User:
    """An administrator, made from the command line: a new account, or one that is open already.

    Of one that waits for its confirmation nothing is kept: anybody may have asked for it, with a
    password of their own. The second factor is asked for at the first sign-in.
    """
    user = find(session, email)
    if user is None or user.confirmed_at is None:
        user = user or User(email=email, created_at=now, active=True)
        user.password, user.confirmed_at = password_hash, now
        session.add(user)
        session.flush()
        audit.record(session, "account-created", now=now, target=f"user {user.id}")
    roles.grant(session, user, Role.ADMINISTRATOR, now=now)
    return user


def remove_second_factor(session: Session, user: User, now: datetime) -> None:
    """For somebody who has lost their telephone, passkeys and codes; from the command line only."""
    user.totp_secret = user.totp_last_step = user.recovery_codes = None
    user.passkeys.clear()
    sessions.close_all(session, user)
    audit.record(session, "second-factor-removed", now=now, target=f"user {user.id}")


def sign_out(session: Session, user: User | None, now: datetime) -> None:
    """Close every session of somebody, or of everybody (None); from the command line only."""
    sessions.close_all(session, user)
    target = f"user {user.id}" if user else "everybody"
    audit.record(session, "sessions-closed", now=now, target=target)


def purge(session: Session, now: datetime) -> int:
    """Erase accounts never confirmed, or not used for years; never those with a role."""
    unconfirmed = and_(User.confirmed_at.is_(None), User.created_at < now - UNCONFIRMED_KEPT)
    last_seen = func.coalesce(User.last_seen_at, User.created_at)
    has_role = select(UserRole.user_id)
    unused = and_(last_seen < now - UNUSED_KEPT, User.id.not_in(has_role))
    gone = delete(User).where(or_(unconfirmed, unused))
    return cast(CursorResult[Any], session.execute(gone)).rowcount


# Sign-in addresses: which are accepted, and the one spelling an account is found by.

LONGEST = 254


class InvalidAddress(DomainError):
    """What was typed is no address that can be written to."""


def spelled(typed: str) -> str:
    """The address in small letters, its domain in one form: one person is one account.

    No DNS is asked: a sign-up must work without network. `.example` and `.test` are nobody's, and
    refusing them would only hinder trials. Raises InvalidAddress.
    """
    typed = typed.strip()
    if len(typed) > LONGEST:
        raise InvalidAddress(f"Une adresse compte {LONGEST} caractères au plus.")
    try:
        found = validate_email(
            typed,
            check_deliverability=False,
            allow_smtputf8=False,
            strict=True,
            test_environment=True,
        )
    except EmailNotValidError as refused:
        raise InvalidAddress(
            "Cette adresse n’est pas complète. Exemple : prenom.nom@exemple.fr"
        ) from refused
    return found.normalized.lower()
