"""Load the demonstration: structures, invoices, people to try the site as. Never in practice sets."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute import models
from communaute.domain.accounts import roles
from communaute.domain.structures import demo_plan
from communaute.domain.structures.demo_plan import PlannedInvoice, PlannedPerson, PlannedStructure
from communaute.domain.structures.events import EventKind
from communaute.domain.structures.numbers import Siret
from communaute.models.accounts import User


# How long ago events begin, and people were attached: before what they are told of.
LATELY, ATTACHED = timedelta(days=21), timedelta(days=60)
SPACES = {
    models.Nature.PUBLIC: (
        models.SpaceKind.MANAGER,
        models.SpaceKind.RECEIVED,
        models.SpaceKind.SENT,
        models.SpaceKind.MESSAGES,
    ),
    models.Nature.PRIVATE: (
        models.SpaceKind.MANAGER,
        models.SpaceKind.SENT,
        models.SpaceKind.WORKS,
        models.SpaceKind.MESSAGES,
    ),
}


def load(session: Session, today: date, now: datetime) -> Mapping[str, int]:
    """Add the demonstration's structures and invoices; how many of each. Again adds nothing."""
    first = demo_plan.structures()[0].siret.digits
    if _structure_id(session, first) is not None:
        return {"structures": 0, "factures": 0}
    rows = {one.siret: _structure(one, now) for one in demo_plan.structures()}
    session.add_all(rows.values())
    session.flush()
    for plan in demo_plan.structures():
        _equip(session, plan, rows[plan.siret], today)
    planned = list(demo_plan.invoices(today))
    made = [_invoice(one, rows) for one in planned]
    session.add_all(made)
    session.flush()
    session.add_all(
        models.StatusChange(invoice_id=row.id, status=status, at=at, recorded_at=at, reason=reason)
        for row, one in zip(made, planned, strict=True)
        for status, at, reason in one.steps
    )
    session.add_all(_events(made, planned, now))
    session.flush()
    return {"structures": len(rows), "factures": len(made)}


def _events(
    made: Sequence[models.Invoice], planned: Sequence[PlannedInvoice], now: datetime
) -> Iterator[models.Event]:
    """What happened lately, told to both structures of each invoice: something to be notified of."""
    for row, one in zip(made, planned, strict=True):
        for status, at, _ in one.steps:
            if now - LATELY < at < now:
                details = {"number": row.number, "status": status}
                for structure_id in (row.sender_id, row.recipient_id):
                    yield models.Event(
                        kind=EventKind.INVOICE_STATUS,
                        at=at,
                        structure_id=structure_id,
                        invoice_id=row.id,
                        details=details,
                    )


def load_people(session: Session, password_hash: str, now: datetime) -> int:
    """Add the people to try the site as, all with one password; how many. Again adds nothing."""
    count = 0
    for plan in demo_plan.PEOPLE:
        known = session.scalar(select(User.id).where(User.email == plan.email))
        if known is None:
            _person(session, plan, password_hash, now)
            count += 1
    session.flush()
    return count


def is_empty(session: Session) -> bool:
    """Whether nobody and no structure of the real world is there yet."""
    people = session.scalar(select(User.id).where(User.practice_id.is_(None)).limit(1))
    known = select(models.Structure.id).where(models.Structure.practice_id.is_(None)).limit(1)
    return people is None and session.scalar(known) is None


def _structure_id(session: Session, siret: str) -> int | None:
    return session.scalar(
        select(models.Structure.id).where(
            models.Structure.siret == siret, models.Structure.practice_id.is_(None)
        )
    )


def _structure(plan: PlannedStructure, now: datetime) -> models.Structure:
    return models.Structure(
        siret=plan.siret.digits,
        name=plan.name,
        nature=plan.nature,
        local_authority=plan.local_authority,
        active=True,
        origin=models.Origin.DEMO,
        created_at=now,
        verified_at=now,
    )


def _equip(session: Session, plan: PlannedStructure, row: models.Structure, today: date) -> None:
    here = {"structure_id": row.id}
    session.add_all(models.Service(code=code, name=name, **here) for code, name in plan.services)
    session.add_all(models.Space(kind=kind, **here) for kind in SPACES[plan.nature])
    if plan.nature is models.Nature.PRIVATE:
        session.add(models.BillingMandate(signed_on=today.replace(month=1, day=4), **here))
        kind = models.ConnectionKind.TECHNICAL_ACCOUNT
        session.add(models.Connection(kind=kind, label="TECH_DEMO@demo.example", **here))


def _invoice(plan: PlannedInvoice, rows: Mapping[Siret, models.Structure]) -> models.Invoice:
    status, at, _ = plan.steps[-1]
    return models.Invoice(
        number=plan.number,
        year=plan.issued_on.year,
        sender_id=rows[plan.sender].id,
        recipient_id=rows[plan.recipient].id,
        service_code=plan.service,
        amount=plan.amount,
        issued_on=plan.issued_on,
        status=status,
        status_at=at,
    )


def _person(session: Session, plan: PlannedPerson, password_hash: str, now: datetime) -> None:
    user = User(
        email=plan.email,
        password=password_hash,
        fs_uniquifier=uuid4().hex,
        name=plan.name,
        confirmed_at=now,
        created_at=now,
        active=True,
    )
    session.add(user)
    session.flush()
    if plan.staff:
        roles.grant(session, user, plan.staff, now=now)
    for place, role, accepted in plan.attached:
        structure_id = _structure_id(session, demo_plan.structures()[place].siret.digits)
        session.add(
            models.Membership(
                user_id=user.id,
                structure_id=structure_id,
                role=role,
                state=models.MembershipState.ACTIVE if accepted else models.MembershipState.PENDING,
                asked_at=now - ATTACHED if accepted else now,
                decided_at=now - ATTACHED if accepted else None,
                message="" if accepted else "Je remplace Charlie à la comptabilité.",
            )
        )
