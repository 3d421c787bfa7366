"""Practise: suppliers invented for the guest, one of which the guest may look from, and time that passes.

The same verbs run. Nothing leaves the invented set: an audience is of one world, and no mail is posted.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute import models
from communaute.domain.context import Context
from communaute.domain.messages import rights
from communaute.domain.messages.errors import MessageRefused
from communaute.domain.messages.sending import send_one
from communaute.domain.structures import practice
from communaute.domain.structures.errors import Forbidden
from communaute.domain.structures.numbers import PRACTICE, made_up
from communaute.models.accounts import User
from communaute.models.messages import MessageState


# The other side: the guest reads there what the company sends.
OTHER_SIDE = 301
# Number, name, then of each invoice: days since, service, status.
SUPPLIERS: tuple[tuple[int, str, tuple[tuple[int, str, str], ...]], ...] = (
    (
        OTHER_SIDE,
        "Menuiserie des Songes (entreprise inventée)",
        ((20, "ATELIER", "MISE_EN_PAIEMENT"), (75, "ATELIER", "MISE_EN_PAIEMENT")),
    ),
    (302, "Imprimerie des Nuages (entreprise inventée)", ((35, "COMPTA", "MISE_EN_PAIEMENT"),)),
    (
        303,
        "Transports Chimère (entreprise inventée)",
        ((12, "CHANTIERS", "MISE_EN_PAIEMENT"), (50, "ATELIER", "MISE_EN_PAIEMENT")),
    ),
    (304, "Peinture Mirage (entreprise inventée)", ((400, "CHANTIERS", "MISE_EN_PAIEMENT"),)),
    (305, "Nettoyage Utopie (entreprise inventée)", ((28, "COMPTA", "REJETEE"),)),
    (306, "Jardins Irréels (entreprise inventée)", ((210, "CHANTIERS", "MISE_EN_PAIEMENT"),)),
)


def fill(session: Session, guest: User, now: datetime) -> models.Structure:
    """Add the invented suppliers, once; answers the guest's company. Raises Forbidden, PracticeOver."""
    company = session.get_one(models.Structure, practice.state(session, guest, now).structure.id)
    known = set(
        session.scalars(
            select(models.Structure.siret).where(models.Structure.practice_id == guest.practice_id)
        )
    )
    if made_up(PRACTICE, OTHER_SIDE).digits not in known:
        for number, name, invoices in SUPPLIERS:
            supplier = _supplier(session, guest, number, name, now)
            for place, (days, service, status) in enumerate(invoices, 1):
                _invoice(
                    session, supplier, company, f"IMG-{number}-{place}", days, service, status, now
                )
        session.flush()
    return company


def other_side(session: Session, guest: User) -> models.Structure | None:
    """The supplier that the guest may look from, once it is there."""
    return session.scalar(
        select(models.Structure).where(
            models.Structure.practice_id == guest.practice_id,
            models.Structure.siret == made_up(PRACTICE, OTHER_SIDE).digits,
        )
    )


def let_time_pass(
    session: Session, guest: User, structure_id: int, message_id: int, now: datetime
) -> str:
    """The ten minutes are over, in the practice alone; what became of the message, in one word.

    Raises NotFound, Forbidden (not a guest: it is noted), MessageRefused (nothing waits).
    """
    message = rights.own_message(session, guest, structure_id, message_id, now)
    if guest.practice_id is None or message.structure.practice_id != guest.practice_id:
        rights.note(session, guest, f"message {message_id} hurried", now)
        raise Forbidden(practice.NOT_A_GUEST)
    if message.state != MessageState.PREPARED:
        raise MessageRefused("Ce message n’attend pas de partir.")
    return send_one(Context(session, now, base_url="", secret=""), message_id)


def _supplier(
    session: Session, guest: User, number: int, name: str, now: datetime
) -> models.Structure:
    made = models.Structure(
        siret=made_up(PRACTICE, number).digits,
        name=name,
        nature=models.Nature.PRIVATE,
        active=True,
        origin=models.Origin.PRACTICE,
        practice_id=guest.practice_id,
        created_at=now,
        verified_at=now,
    )
    session.add(made)
    session.flush()
    if number == OTHER_SIDE:
        session.add(
            models.Membership(
                user_id=guest.id,
                structure_id=made.id,
                role=models.MembershipRole.USER,
                state=models.MembershipState.ACTIVE,
                asked_at=now,
                decided_at=now,
            )
        )
    return made


def _invoice(
    session: Session,
    supplier: models.Structure,
    company: models.Structure,
    number: str,
    days: int,
    service: str,
    status: str,
    now: datetime,
) -> None:
    at = now - timedelta(days=days)
    day: date = at.date()
    made = models.Invoice(
        number=number,
        year=day.year,
        sender_id=supplier.id,
        recipient_id=company.id,
        service_code=service,
        amount=Decimal("480.00"),
        issued_on=day,
        status=status,
        status_at=at,
    )
    session.add(made)
    session.flush()
    session.add(
        models.StatusChange(invoice_id=made.id, status=status, at=at, recorded_at=at, reason="")
    )
