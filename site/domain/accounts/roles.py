"""Roles: who may do what. A change of role closes every session of the person, and tells them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain import audit
from communaute.domain.accounts import sessions
from communaute.domain.errors import DomainError
from communaute.mailing.messages import accounts as messages
from communaute.mailing.outbox import post
from communaute.models.accounts import Role, User, UserRole


# What each role is called on pages and in mails.
LABELS = {
    Role.EDITOR: "Rédaction",
    Role.ORGANISER: "Formations",
    Role.ADMINISTRATOR: "Administration",
}


class LastAdministrator(DomainError):
    """The site would be left without an administrator."""


def grant(
    session: Session, user: User, role: Role, *, now: datetime, actor: int | None = None
) -> bool:
    """Give a role; False when the person already has it."""
    if user.has_role(role.value):
        return False
    user.roles.append(UserRole(name=role.value, granted_at=now))
    changed(session, user, role, given=True, now=now, actor=actor)
    return True


def withdraw(
    session: Session, user: User, role: Role, *, now: datetime, actor: int | None = None
) -> bool:
    """Take a role away; False when the person does not have it. Raises LastAdministrator."""
    held = [each for each in user.roles if each.name == role.value]
    if not held:
        return False
    if role is Role.ADMINISTRATOR:
        refuse_last_administrator(session, user)
    user.roles.remove(held[0])
    changed(session, user, role, given=False, now=now, actor=actor)
    return True


def changed(
    session: Session, user: User, role: Role, *, given: bool, now: datetime, actor: int | None
) -> None:
    """What follows a change: sessions close, the log has it, the person is told."""
    sessions.close_all(session, user)
    audit.record(
        session,
        "role-granted" if given else "role-withdrawn",
        now=now,
        actor=actor,
        target=f"user {user.id}",
        details={"role": role.value},
    )
    message = messages.role_changed(to=user.email, role=LABELS[role], given=given, when=now)
    post(session, message, key=f"role-{user.id}-{role.value}-{now.isoformat()}", due=now)


def refuse_last_administrator(session: Session, user: User) -> None:
    """Raise LastAdministrator when `user` is the only one.

    Held until the transaction ends: two administrators who leave at once leave one after the other.
    """
    administrators = (
        select(UserRole.user_id)
        .where(UserRole.name == Role.ADMINISTRATOR.value)
        .order_by(UserRole.user_id)
        .with_for_update()
    )
    if set(session.scalars(administrators)) == {user.id}:
        raise LastAdministrator(
            "Il faut au moins une personne pour administrer le site. Donnez d’abord ce rôle à "
            "quelqu’un d’autre."
        )
