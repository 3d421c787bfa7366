"""Change a SIRET: which ones may be, what would happen, do it.

One transaction, the caller's. Everything is copied by statements on sets of rows: their number does
not grow with services, people or invoices.
"""

import secrets
from datetime import date, datetime

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, contains_eager

from communaute.domain import audit
from communaute.domain.siret import rules
from communaute.domain.siret.errors import ChangeRefused, NotManager, SiretTaken
from communaute.domain.siret.taking_over import TakenOver, sides, taken_over
from communaute.domain.siret.values import Choice, Preview
from communaute.domain.structures import access, parts
from communaute.domain.structures.errors import NotFound
from communaute.domain.structures.events import EventKind, happened
from communaute.domain.structures.numbers import Siret
from communaute.domain.structures.sirene import NOT_ASKED, Answer
from communaute.models.accounts import User
from communaute.models.siret import SiretChange, SiretDraft
from communaute.models.structures import (
    Membership,
    MembershipState,
    Service,
    Space,
    Structure,
)


REFUSED_ACT = "siret-change-refused"
# No letter that reads as a digit.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def choices(session: Session, user: User) -> tuple[Choice, ...]:
    """The structures of a person, each with why its SIRET cannot be changed, if so."""
    found = session.execute(
        select(Membership, SiretDraft.step)
        .join(Membership.structure)
        .options(contains_eager(Membership.structure))
        .outerjoin(
            SiretDraft,
            (SiretDraft.structure_id == Structure.id) & (SiretDraft.user_id == user.id),
        )
        .where(Membership.user_id == user.id, Membership.state == MembershipState.ACTIVE)
        .order_by(Structure.active.desc(), Structure.name, Structure.siret)
    )
    return tuple(
        Choice(parts.line(membership.structure), _why_not(session, membership), step or 0)
        for membership, step in found
        if access.same_world(user, membership.structure)
    )


def _why_not(session: Session, membership: Membership) -> str:
    """A query for a replaced structure, none for the others: a person may have hundreds."""
    try:
        rules.refuse_not_manager(membership)
        rules.refuse_ineligible(session, membership.structure)
    except ChangeRefused as refused:
        return str(refused)
    return ""


def preview(
    session: Session,
    user: User,
    structure_id: int,
    new_siret: str,
    effective_on: str | date,
    *,
    today: date,
) -> Preview:
    """Before and after, nothing written. Raises as `eligible`, `check_…`."""
    structure = rules.eligible(session, user, structure_id)
    new = rules.check_new_siret(session, structure, new_siret)
    day = rules.check_effective_on(session, structure, effective_on, today)
    found = taken_over(session, structure)
    before, after = sides(structure, new, found.counts)
    line = parts.line(structure)
    return Preview(line, new, day, before, after, found.follows, found.redo, found.remaining)


def change(
    session: Session,
    user: User,
    structure_id: int,
    new_siret: str,
    effective_on: str | date,
    register: Answer = NOT_ASKED,
    *,
    today: date,
    now: datetime,
) -> SiretChange:
    """Change the SIRET, in the session's transaction: the caller commits.

    Two people at once: one wins, the other gets AlreadyReplaced. A forged request (not a manager,
    not a member, a guest outside their set) is written to the audit log. `register`: what the public
    register answered before (`sirene.ask`); the new structure is « non vérifié » unless it is open.
    Raises as `preview`.
    """
    _refuse_forged(session, user, structure_id, now)
    old = access.locked(session, structure_id)
    rules.refuse_ineligible(session, old)
    siret = rules.check_new_siret(session, old, new_siret)
    day = rules.check_effective_on(session, old, effective_on, today)
    found = taken_over(session, old)
    new = _successor(session, old, siret, register, now)
    _copy(session, old, new)
    old.active = False
    done = _recorded(session, user, old, new, day, found, now)
    session.execute(delete(SiretDraft).where(SiretDraft.structure_id == old.id))
    details = {"old": old.siret, "new": new.siret, "receipt": done.code}
    happened(session, EventKind.SIRET_CHANGED, new.id, now, details=details)
    session.flush()
    return done


def _refuse_forged(session: Session, user: User, structure_id: int, now: datetime) -> None:
    """Raise NotFound or NotManager, written to the audit log: no page of ours sends that."""
    try:
        rules.manageable(session, user, structure_id)
    except (NotFound, NotManager):
        target = f"structure {structure_id}"
        audit.record_refusal(session, REFUSED_ACT, now=now, actor=user.id, target=target)
        raise


def _successor(
    session: Session, old: Structure, siret: Siret, register: Answer, now: datetime
) -> Structure:
    """The new structure; when another has taken its SIRET a moment ago, SiretTaken."""
    invented = old.practice_id is not None
    new = Structure(
        siret=siret.digits,
        name=old.name,
        nature=old.nature,
        local_authority=old.local_authority,
        active=True,
        origin=old.origin,
        practice_id=old.practice_id,
        created_at=now,
        verified_at=now if invented or register.verified else None,
    )
    try:
        with session.begin_nested():
            session.add(new)
    except IntegrityError:
        rules.refuse_taken(session, old, siret)
        raise SiretTaken("Une autre structure vient de prendre ce SIRET. Relisez-le.") from None
    return new


def _copy(session: Session, old: Structure, new: Structure) -> None:
    """Services, spaces and people; requests that wait follow. Mandates and connections never."""
    target = literal(new.id)
    copied = (
        (Service, ("code", "name", "active"), ()),
        (Space, ("kind",), ()),
        (
            Membership,
            ("user_id", "role", "state", "asked_at", "decided_at", "message"),
            (Membership.state == MembershipState.ACTIVE,),
        ),
    )
    for table, columns, which in copied:
        rows = select(target, *(getattr(table, name) for name in columns)).where(
            table.structure_id == old.id, *which
        )
        session.execute(insert(table).from_select(["structure_id", *columns], rows))
    session.execute(
        update(Membership)
        .where(Membership.structure_id == old.id, Membership.state == MembershipState.PENDING)
        .values(structure_id=new.id)
    )


def _recorded(
    session: Session,
    user: User,
    old: Structure,
    new: Structure,
    day: date,
    found: TakenOver,
    now: datetime,
) -> SiretChange:
    done = SiretChange(
        code=_code(),
        old_id=old.id,
        new_id=new.id,
        effective_on=day,
        recorded_at=now,
        user_id=user.id,
        summary=found.as_json(),
    )
    session.add(done)
    return done


def _code() -> str:
    """The number of a receipt, that nobody guesses: `XXXX-XXXX-XXXX`."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
