"""Who runs the site: everybody with a role, and how somebody joins them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from communaute.domain.accounts import roles
from communaute.domain.accounts.users import find
from communaute.domain.errors import DomainError
from communaute.models.accounts import Role, User, UserRole


class NoAccount(DomainError):
    """Nobody has a confirmed account with this address."""


class AlreadyGiven(DomainError):
    """The person has this role already."""


def everybody(session: Session) -> list[User]:
    """Everybody with a role, by address."""
    with_role = select(User).where(User.id.in_(select(UserRole.user_id))).order_by(User.email)
    with_role = with_role.options(selectinload(User.roles), selectinload(User.passkeys))
    return list(session.scalars(with_role))


def give(
    session: Session, address: str, role: Role, *, now: datetime, actor: int | None = None
) -> User:
    """Give a role to the account of an address. Raises NoAccount, AlreadyGiven."""
    user = find(session, address.strip())
    if user is None or user.confirmed_at is None:
        raise NoAccount(
            "Aucun compte confirmé n’a cette adresse. Demandez à la personne d’en créer un, puis "
            "recommencez."
        )
    if not roles.grant(session, user, role, now=now, actor=actor):
        raise AlreadyGiven("Cette personne a déjà ce rôle.")
    return user
