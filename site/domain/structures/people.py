"""Who is what in a structure, once attached: roles, and leaving.

Our own rules: only a principal manager gives or takes a manager's role; a structure that has a
principal manager keeps one; anybody may leave by themselves.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute.domain.structures import access
from communaute.domain.structures.errors import NotFound, StructureError
from communaute.domain.structures.values import MANAGERS, PersonLine, StructureHead
from communaute.models.accounts import User
from communaute.models.structures import Membership, MembershipRole, MembershipState


REFUSED_ACT = "structure-people-refused"


class LastPrincipal(StructureError):
    """The structure would be left without a principal manager."""


def give_role(
    session: Session, user: User, membership_id: int, role: MembershipRole, now: datetime
) -> Membership:
    """Change what somebody is in a structure. Raises NotFound, Forbidden, LastPrincipal."""
    membership = held(session, user, membership_id)
    own = access.manages(session, user, membership.structure_id)
    if own is not MembershipRole.PRINCIPAL:
        sentence = "Seul le gestionnaire principal change les rôles."
        access.forbid(session, user, REFUSED_ACT, f"membership {membership_id}", now, sentence)
    if role is not MembershipRole.PRINCIPAL:
        refuse_guest_leaving(membership)
        refuse_last_principal(session, membership)
    membership.role = role
    return membership


def detach(session: Session, user: User, membership_id: int, now: datetime) -> Membership:
    """Take somebody, or oneself, off a structure. Raises NotFound, Forbidden, LastPrincipal."""
    membership = held(session, user, membership_id)
    own = access.manages(session, user, membership.structure_id)
    # A secondary manager takes no manager off.
    may = own is MembershipRole.PRINCIPAL or (own and membership.role not in MANAGERS)
    if membership.user_id != user.id and not may:
        sentence = "Seuls les gestionnaires détachent quelqu’un d’une structure."
        access.forbid(session, user, REFUSED_ACT, f"membership {membership_id}", now, sentence)
    refuse_guest_leaving(membership)
    refuse_last_principal(session, membership)
    session.delete(membership)
    return membership


def changeable(top: StructureHead, people: Iterable[PersonLine], user: User) -> frozenset[int]:
    """The attachments of these people that a page offers to change: what the verbs would accept.

    The last principal manager is among them: the verb says what to do first.
    """
    principal = top.role is MembershipRole.PRINCIPAL
    return frozenset(
        one.membership_id
        for one in people
        if (one.user_id == user.id and not user.is_guest)
        or (one.user_id != user.id and principal)
        or (top.is_manager and one.role not in MANAGERS)
    )


def held(session: Session, user: User, membership_id: int) -> Membership:
    """An attachment in force, if this person is attached to its structure too. Raises NotFound.

    The structure stays locked until the end of the transaction.
    """
    found = session.get(Membership, membership_id)
    if found is None or access.membership_of(session, user, found.structure_id) is None:
        raise NotFound("Cette personne n’est plus rattachée à la structure.")
    access.locked(session, found.structure_id)
    session.refresh(found)
    if found.state != MembershipState.ACTIVE:
        raise NotFound("Cette personne n’est plus rattachée à la structure.")
    return found


def refuse_guest_leaving(membership: Membership) -> None:
    """Raise LastPrincipal for the guest of a practice: there would be nothing left to rehearse."""
    if membership.user.is_guest and membership.user.active:
        raise LastPrincipal(
            "Dans l’entraînement, vous restez gestionnaire principal de l’entreprise inventée."
        )


def refuse_last_principal(session: Session, membership: Membership) -> None:
    """Raise LastPrincipal when it is the attachment of the only principal manager."""
    others = (
        select(func.count())
        .select_from(Membership)
        .where(
            Membership.structure_id == membership.structure_id,
            Membership.id != membership.id,
            Membership.role == MembershipRole.PRINCIPAL,
            Membership.state == MembershipState.ACTIVE,
        )
    )
    if membership.role == MembershipRole.PRINCIPAL and not session.scalar(others):
        raise LastPrincipal(
            "C’est le seul gestionnaire principal de la structure. Donnez d’abord ce rôle à "
            "quelqu’un d’autre."
        )
