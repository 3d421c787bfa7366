"""People, structures and invoices for tests."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.structures import practice
from communaute.domain.structures.numbers import DEMO, Siret, made_up
from communaute.models import (
    AuditEntry,
    BillingMandate,
    Connection,
    ConnectionKind,
    Delivery,
    Invoice,
    Membership,
    MembershipRole,
    MembershipState,
    Nature,
    Origin,
    Role,
    Service,
    Space,
    SpaceKind,
    StatusChange,
    Structure,
    User,
    UserRole,
)


NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
BASE = "https://site.example"
COMPANIES, NUMBERS = count(), count(1)


def siret(company: int = 1, establishment: int = 1) -> Siret:
    """A well-formed SIRET that nobody has."""
    return made_up(DEMO, company, establishment)


def fresh() -> Siret:
    """A SIRET that no structure here has: companies 100 to 199 are kept for it."""
    number = next(NUMBERS)
    return siret(100 + number % 100, 1 + number // 100)


def person(session: Session, name: str = "", *, role: Role | None = None) -> User:
    """Somebody with a confirmed account."""
    user = User(
        email=f"{uuid4().hex[:10]}@exemple.example",
        fs_uniquifier=uuid4().hex,
        name=name,
        confirmed_at=NOW,
        created_at=NOW,
        active=True,
    )
    if role:
        user.roles.append(UserRole(name=role.value, granted_at=NOW))
    session.add(user)
    session.flush()
    return user


def guest(session: Session, client: str = "client") -> User:
    """A visitor who practises."""
    return practice.open_practice(session, client=client, now=NOW)


def structure(
    session: Session,
    number: Siret | None = None,
    *,
    origin: Origin = Origin.INTAKE,
    nature: Nature = Nature.PRIVATE,
    local_authority: bool = False,
    **people: User,
) -> Structure:
    """A structure; `people` by role: `principal=`, `secondary=`, `user=`."""
    made = Structure(
        siret=(number or siret(200 + next(COMPANIES) % 700)).digits,
        name="Société d’essai",
        nature=nature,
        local_authority=local_authority,
        active=True,
        origin=origin,
        created_at=NOW,
        verified_at=NOW if origin is Origin.INTAKE else None,
    )
    session.add(made)
    session.flush()
    for role, user in people.items():
        attach(session, user, made, MembershipRole(role))
    return made


def attach(
    session: Session,
    user: User,
    to: Structure,
    role: MembershipRole = MembershipRole.USER,
    state: MembershipState = MembershipState.ACTIVE,
) -> Membership:
    """Attach somebody."""
    made = Membership(
        user_id=user.id, structure_id=to.id, role=role, state=state, asked_at=NOW, message=""
    )
    session.add(made)
    session.flush()
    return made


def equip(session: Session, made: Structure, services: int = 2) -> None:
    """Services, spaces, a mandate, connections."""
    session.add_all(
        Service(structure_id=made.id, code=f"S{number:03}", name=f"Service {number}")
        for number in range(services)
    )
    kinds = (SpaceKind.MANAGER, SpaceKind.SENT, SpaceKind.RECEIVED)
    session.add_all(Space(structure_id=made.id, kind=kind) for kind in kinds)
    session.add(BillingMandate(structure_id=made.id, signed_on=TODAY))
    session.add_all(
        Connection(structure_id=made.id, kind=kind, label="essai") for kind in ConnectionKind
    )
    session.flush()


def invoice(
    session: Session,
    sender: Structure,
    recipient: Structure,
    status: str = "MISE_A_DISPOSITION",
    number: str = "",
) -> Invoice:
    """An invoice and its first steps."""
    at = NOW - timedelta(days=5)
    made = Invoice(
        number=number or f"F-{next(NUMBERS)}",
        year=2026,
        sender_id=sender.id,
        recipient_id=recipient.id,
        amount=Decimal("120.50"),
        issued_on=at.date(),
        status=status,
        status_at=at,
    )
    session.add(made)
    session.flush()
    for place, each in enumerate(dict.fromkeys(("DEPOSEE", status))):
        session.add(
            StatusChange(
                invoice_id=made.id,
                status=each,
                at=at + timedelta(minutes=place),
                recorded_at=at,
                reason="",
            )
        )
    session.flush()
    return made


def refusals(session: Session) -> list[tuple[int | None, str]]:
    """Who was refused what, by the audit log."""
    found = select(AuditEntry.actor, AuditEntry.act).where(AuditEntry.act.like("%refused"))
    return [(actor, act) for actor, act in session.execute(found.order_by(AuditEntry.id))]


def mails(session: Session) -> list[tuple[str, str]]:
    """Whom mails are for, and which."""
    found = select(Delivery.recipient, Delivery.template).order_by(Delivery.id)
    return [(to, template) for to, template in session.execute(found)]
