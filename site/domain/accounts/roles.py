"""Roles: who may do what. A change of role closes every session of the person."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute.domain import audit
from communaute.domain.accounts import sessions
from communaute.domain.errors import DomainError
from communaute.models.accounts import Role, User, UserRole


class LastAdministrator(DomainError):
    """The site would be left without an administrator."""


def grant(
    session: Session, user: User, role: Role, *, now: datetime, actor: int | None = None
) -> bool:
    """Give a role; False when the person has it already."""
    if user.has_role(role.value):
        return False
    user.roles.append(UserRole(name=role.value, granted_at=now))
    sessions.close_all(session, user)
    details = {"role": role.value}
    audit.record(
        session, "role-granted", now=now, actor=actor, target=f"user {user.id}", details=details
    )
    return True


def withdraw(
    session: Session, user: User, role: Role, *, now: datetime, actor: int | None = None
) -> bool:
    """Take a role away; False when the person has it not. Raises LastAdministrator."""
    held = [each for each in user.roles if each.name == role.value]
    if not held:
        return False
    if role is Role.ADMINISTRATOR:
        refuse_last_administrator(session, user)
    user.roles.remove(held[0])
    sessions.close_all(session, user)
    details = {"role": role.value}
    audit.record(
        session, "role-withdrawn", now=now, actor=actor, target=f"user {user.id}", details=details
    )
    return True


def refuse_last_administrator(session: Session, user: User) -> None:
    """Raise LastAdministrator when `user` is the only one."""
    others = (
        select(func.count())
        .select_from(UserRole)
        .where(UserRole.name == Role.ADMINISTRATOR.value, UserRole.user_id != user.id)
    )
    if user.has_role(Role.ADMINISTRATOR.value) and not session.scalar(others):
        raise LastAdministrator(
            "Vous êtes la seule personne à administrer le site. Donnez d’abord ce rôle à quelqu’un "
            "d’autre."
        )
