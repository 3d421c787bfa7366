"""Fill a practice set with the invented company: its people, its invoices."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from communaute.domain.siret import Siret
from communaute.domain.structures import invented
from communaute.domain.structures.invented import PARTNERS, Partner, Path
from communaute.domain.structures.numbers import PRACTICE, made_up
from communaute.models.accounts import User
from communaute.models.structures import (
    BillingMandate,
    Connection,
    Invoice,
    Membership,
    MembershipRole,
    MembershipState,
    Nature,
    Origin,
    Service,
    Space,
    StatusChange,
    Structure,
)


def fill(session: Session, guest: User, now: datetime) -> Structure:
    """Make the company of a guest, as it is at the beginning of every exercise."""
    company = _structure(guest, invented.OLD_SIRET, invented.COMPANY, Nature.PUBLIC, now)
    partners = {one.key: _partner(guest, one, now) for one in PARTNERS}
    session.add_all([company, *partners.values()])
    session.flush()
    _equip(session, company, now)
    _people(session, company, guest, now)
    for path in invented.INVOICES:
        _invoice(session, company, partners[path.partner], path, now)
    session.flush()
    return company


def _structure(guest: User, siret: Siret, name: str, nature: Nature, now: datetime) -> Structure:
    return Structure(
        siret=siret.digits,
        name=name,
        nature=nature,
        active=True,
        origin=Origin.PRACTICE,
        practice_id=guest.practice_id,
        created_at=now,
        verified_at=now,
    )


def _partner(guest: User, partner: Partner, now: datetime) -> Structure:
    siret = made_up(PRACTICE, partner.number)
    made = _structure(guest, siret, partner.name, partner.nature, now)
    made.local_authority = partner.local_authority
    return made


def _equip(session: Session, company: Structure, now: datetime) -> None:
    here = {"structure_id": company.id}
    session.add_all(Service(code=code, name=name, **here) for code, name in invented.SERVICES)
    session.add_all(Space(kind=kind, **here) for kind in invented.SPACES)
    session.add_all(
        Connection(kind=kind, label=label, **here) for kind, label in invented.CONNECTIONS
    )
    signed = (now - timedelta(days=invented.MANDATE_DAYS_AGO)).date()
    session.add(BillingMandate(signed_on=signed, **here))


def _people(session: Session, company: Structure, guest: User, now: datetime) -> None:
    """The guest manages; the others are accounts that nobody opens and nobody writes to."""
    attached = [(guest, MembershipRole.PRINCIPAL)]
    for name, address, role in invented.PEOPLE:
        person = User(
            email=f"{secrets.token_hex(12)}@entrainement.example",
            contact_email=address,
            fs_uniquifier=secrets.token_hex(32),
            name=name,
            active=False,
            created_at=now,
            practice_id=guest.practice_id,
        )
        session.add(person)
        attached.append((person, role))
    session.flush()
    session.add_all(
        Membership(
            user_id=person.id,
            structure_id=company.id,
            role=role,
            state=MembershipState.ACTIVE,
            asked_at=now,
            decided_at=now,
        )
        for person, role in attached
    )


def _invoice(
    session: Session, company: Structure, partner: Structure, path: Path, now: datetime
) -> None:
    sender, recipient = (company, partner) if path.sent else (partner, company)
    deposited = now - timedelta(days=path.age)
    moments = [
        deposited + timedelta(days=days, minutes=20 * place)
        for place, (days, _, _) in enumerate(path.steps)
    ]
    invoice = Invoice(
        number=path.number,
        year=deposited.year,
        sender_id=sender.id,
        recipient_id=recipient.id,
        service_code=path.service,
        amount=path.amount,
        issued_on=deposited.date(),
        status=path.steps[-1][1],
        status_at=moments[-1],
    )
    session.add(invoice)
    session.flush()
    session.add_all(
        StatusChange(invoice_id=invoice.id, status=status, at=at, recorded_at=at, reason=reason)
        for at, (_, status, reason) in zip(moments, path.steps, strict=True)
    )
