"""Change a SIRET: which ones may be, what would happen, do it; undo it in practice.

One transaction, the caller's. Everything is copied by statements on sets of rows: their number does
not grow with services, people or invoices.
"""

import secrets
from datetime import date, datetime

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, contains_eager

from communaute import models
from communaute.domain import audit
from communaute.domain.siret import rules
from communaute.domain.siret.errors import ChangeRefused, NotManager, NotUndoable, SiretTaken
from communaute.domain.siret.taking_over import sides, taken_over
from communaute.domain.siret.values import Choice, Preview
from communaute.domain.structures import access, parts
from communaute.domain.structures.errors import NotFound
from communaute.domain.structures.events import EventKind, happened
from communaute.domain.structures.numbers import Siret
from communaute.domain.structures.sirene import NOT_ASKED, Answer


REFUSED_ACT = "siret-change-refused"
UNDO_REFUSED_ACT = "siret-undo-refused"
NO_SUCH_CHANGE = "Ce changement n’existe pas, ou il a déjà été annulé."
# No letter that reads as a digit.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def choices(session: Session, user: models.User) -> tuple[Choice, ...]:
    """The structures of a person, each with why its SIRET cannot be changed, if so."""
    found = session.execute(
        select(models.Membership, models.SiretDraft.step)
        .join(models.Membership.structure)
        .options(contains_eager(models.Membership.structure))
        .outerjoin(
            models.SiretDraft,
            (models.SiretDraft.structure_id == models.Structure.id)
            & (models.SiretDraft.user_id == user.id),
        )
        .where(
            models.Membership.user_id == user.id,
            models.Membership.state == models.MembershipState.ACTIVE,
        )
        .order_by(models.Structure.active.desc(), models.Structure.name, models.Structure.siret)
    )
    return tuple(
        Choice(parts.line(membership.structure), _why_not(session, membership), step or 0)
        for membership, step in found
        if access.same_world(user, membership.structure)
    )


def _why_not(session: Session, membership: models.Membership) -> str:
    """A query for a replaced structure, none for the others: a person may have hundreds."""
    try:
        rules.refuse_not_manager(membership)
        rules.refuse_ineligible(session, membership.structure)
    except ChangeRefused as refused:
        return str(refused)
    return ""


def preview(
    session: Session,
    user: models.User,
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
    user: models.User,
    structure_id: int,
    new_siret: str,
    effective_on: str | date,
    register: Answer = NOT_ASKED,
    *,
    today: date,
    now: datetime,
) -> models.SiretChange:
    """Change the SIRET, in the session's transaction: the caller commits.

    Two people at once: one wins, the other gets AlreadyReplaced. A forged request (not a manager,
    not a member, a guest outside their set) is written to the audit log. `register`: what the public
    register answered before (`sirene.ask`); the new structure is « non vérifié » unless it is open.
    Raises as `preview`.
    """
    _refuse_forged(session, user, structure_id, now, REFUSED_ACT, f"structure {structure_id}")
    old = access.locked(session, structure_id)
    rules.refuse_ineligible(session, old)
    siret = rules.check_new_siret(session, old, new_siret)
    day = rules.check_effective_on(session, old, effective_on, today)
    found = taken_over(session, old)
    new = _successor(session, old, siret, register, now)
    _copy(session, old, new)
    old.active = False
    done = models.SiretChange(
        # The number of a receipt, that nobody guesses: `XXXX-XXXX-XXXX`.
        code="-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3)),
        old_id=old.id,
        new_id=new.id,
        effective_on=day,
        recorded_at=now,
        user_id=user.id,
        summary=found.as_json(),
    )
    session.add(done)
    session.execute(delete(models.SiretDraft).where(models.SiretDraft.structure_id == old.id))
    details = {"old": old.siret, "new": new.siret, "receipt": done.code}
    happened(session, EventKind.SIRET_CHANGED, new.id, now, details=details)
    session.flush()
    return done


def _refuse_forged(
    session: Session, user: models.User, structure_id: int, now: datetime, act: str, target: str
) -> None:
    """Raise NotFound or NotManager, written to the audit log: no page of ours sends that."""
    try:
        rules.manageable(session, user, structure_id)
    except (NotFound, NotManager):
        audit.record_refusal(session, act, now=now, actor=user.id, target=target)
        raise


def _successor(
    session: Session, old: models.Structure, siret: Siret, register: Answer, now: datetime
) -> models.Structure:
    """The new structure; when another has taken its SIRET a moment ago, SiretTaken."""
    invented = old.practice_id is not None
    new = models.Structure(
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


def _copy(session: Session, old: models.Structure, new: models.Structure) -> None:
    """Services, spaces and people; requests that wait follow. Mandates and connections never."""
    target = literal(new.id)
    copied = (
        (models.Service, ("code", "name", "active"), ()),
        (models.Space, ("kind",), ()),
        (
            models.Membership,
            ("user_id", "role", "state", "asked_at", "decided_at", "message"),
            (models.Membership.state == models.MembershipState.ACTIVE,),
        ),
    )
    for table, columns, which in copied:
        rows = select(target, *(getattr(table, name) for name in columns)).where(
            table.structure_id == old.id, *which
        )
        session.execute(insert(table).from_select(["structure_id", *columns], rows))
    session.execute(
        update(models.Membership)
        .where(
            models.Membership.structure_id == old.id,
            models.Membership.state == models.MembershipState.PENDING,
        )
        .values(structure_id=new.id)
    )


def undo(session: Session, user: models.User, code: str, *, now: datetime) -> models.Structure:
    """Undo the latest change of a practice chain; the structure that is active again.

    Raises NotFound, NotManager, NotUndoable.
    """
    found = session.scalar(select(models.SiretChange).where(models.SiretChange.code == code))
    if found is None:
        raise NotFound(NO_SUCH_CHANGE)
    old_id, new_id = found.old_id, found.new_id
    try:
        _refuse_forged(session, user, new_id, now, UNDO_REFUSED_ACT, f"receipt {code}")
    except NotFound:
        raise NotFound(NO_SUCH_CHANGE) from None
    new = access.locked(session, new_id)
    if new.practice_id is None:
        raise NotUndoable(
            "Un changement de SIRET ne s’annule pas : seul un exercice s’annule. Écrivez au support "
            "de Chorus Pro si vous vous êtes trompé."
        )
    if is_replaced(session, new.id):
        raise NotUndoable("Un autre changement a suivi celui-ci : annulez d’abord le dernier.")
    old = access.locked(session, old_id)
    _give_back(session, old_id, new_id)
    session.execute(delete(models.SiretChange).where(models.SiretChange.new_id == new_id))
    session.execute(delete(models.Structure).where(models.Structure.id == new_id))
    session.expunge(new)
    old.active = True
    happened(session, EventKind.SIRET_CHANGE_UNDONE, old_id, now, details={"siret": old.siret})
    session.flush()
    return old


def is_replaced(session: Session, structure_id: int) -> bool:
    """Whether a structure has been replaced."""
    found = select(models.SiretChange.id).where(models.SiretChange.old_id == structure_id)
    return session.scalar(found) is not None


def _give_back(session: Session, old_id: int, new_id: int) -> None:
    """People who came since, requests, invoices and events go back; copies go."""
    _give_people_back(session, old_id, new_id)
    for column in (models.Invoice.sender_id, models.Invoice.recipient_id):
        session.execute(update(models.Invoice).where(column == new_id).values({column: old_id}))
    session.execute(
        update(models.Event).where(models.Event.structure_id == new_id).values(structure_id=old_id)
    )
    for table in (
        models.Membership,
        models.Service,
        models.Space,
        models.BillingMandate,
        models.Connection,
        models.SiretDraft,
    ):
        session.execute(delete(table).where(table.structure_id == new_id))


def _give_people_back(session: Session, old_id: int, new_id: int) -> None:
    """Move people's attachments back to the old structure, unless they have one in force there."""
    on_new = select(models.Membership.user_id).where(models.Membership.structure_id == new_id)
    session.execute(
        delete(models.Membership)
        .where(
            models.Membership.structure_id == old_id,
            models.Membership.state == models.MembershipState.REFUSED,
            models.Membership.user_id.in_(on_new.scalar_subquery()),
        )
        .execution_options(synchronize_session=False)
    )
    on_old = select(models.Membership.user_id).where(models.Membership.structure_id == old_id)
    session.execute(
        update(models.Membership)
        .where(
            models.Membership.structure_id == new_id,
            models.Membership.user_id.not_in(on_old.scalar_subquery()),
        )
        .values(structure_id=old_id)
        .execution_options(synchronize_session=False)
    )
