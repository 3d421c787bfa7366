"""The invented set of a practice account: the same for everybody, and how it is written down.

Names that cannot be companies, addresses in `.example`, SIRETs of the practice range.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from communaute import models
from communaute.domain.structures.numbers import PRACTICE, Siret, made_up
from communaute.models.accounts import User


# A public company sends and receives: both halves of the exercise make sense for it.
COMPANY = "Manufacture Imaginaire (entreprise publique inventée)"
OLD_SIRET = made_up(PRACTICE, 101, 1)


def suggested(used: Collection[str]) -> Siret:
    """The SIRET that the exercise proposes: the company's next establishment."""
    numbers = (made_up(PRACTICE, 101, place) for place in range(2, 9_999))
    return next(one for one in numbers if one.digits not in used)


SERVICES = (
    ("ATELIER", "Atelier"),
    ("CHANTIERS", "Chantiers"),
    ("COMPTA", "Comptabilité"),
)
SPACES = (
    models.SpaceKind.MANAGER,
    models.SpaceKind.SENT,
    models.SpaceKind.RECEIVED,
    models.SpaceKind.WORKS,
    models.SpaceKind.REQUESTS_SENT,
    models.SpaceKind.MESSAGES,
)
# The guest is the principal manager; these three are invented.
PEOPLE = (
    ("Camille Exemple", "camille.exemple@imaginaire.example", models.MembershipRole.SECONDARY),
    ("Dominique Modèle", "dominique.modele@imaginaire.example", models.MembershipRole.USER),
    ("Maxime Fictif", "maxime.fictif@imaginaire.example", models.MembershipRole.USER),
)
MANDATE_DAYS_AGO = 400
CONNECTIONS = (
    (models.ConnectionKind.TECHNICAL_ACCOUNT, "TECH_IMAGINAIRE@imaginaire.example"),
    (models.ConnectionKind.EDI, "Raccordement EDI du logiciel de facturation"),
)


@dataclass(frozen=True)
class Partner:
    """A structure with which invoices are exchanged."""

    key: str
    number: int
    name: str
    nature: models.Nature
    local_authority: bool = False


PARTNERS = (
    Partner(
        "town", 201, "Commune de Nulle-Part (inventée)", models.Nature.PUBLIC, local_authority=True
    ),
    Partner("school", 202, "Lycée des Exemples (inventé)", models.Nature.PUBLIC),
    Partner("hospital", 203, "Hôpital de Fiction (inventé)", models.Nature.PUBLIC),
    Partner("wood", 204, "Scierie Fabuleuse (entreprise inventée)", models.Nature.PRIVATE),
)


@dataclass(frozen=True)
class Path:
    """An invoice and the statuses it has been through: (days after deposit, status, reason)."""

    number: str
    partner: str
    sent: bool
    amount: Decimal
    age: int
    steps: tuple[tuple[int, str, str], ...] = field(default=())
    service: str = ""


_SENT_TO = ((0, "DEPOSEE", ""), (0, "EN_COURS_ACHEMINEMENT", ""), (1, "MISE_A_DISPOSITION", ""))


def _path(
    number: str,
    partner: str,
    amount: str,
    age: int,
    *then: tuple[int, str, str],
    sent: bool = True,
    service: str = "",
) -> Path:
    return Path(number, partner, sent, Decimal(amount), age, (*_SENT_TO, *then), service)


INVOICES = (
    Path("EX-001", "town", True, Decimal("1280.00"), 2, ((0, "BROUILLON", ""),)),
    Path("EX-002", "school", True, Decimal("640.50"), 1, ((0, "DEPOSEE", ""),)),
    _path("EX-003", "hospital", "2310.00", 6),
    _path("EX-004", "town", "415.20", 12, (5, "PRISE_EN_COMPTE_DESTINATAIRE", "")),
    _path("EX-005", "school", "980.00", 15, (4, "SUSPENDUE", "Il manque le bon de livraison.")),
    _path("EX-006", "hospital", "1525.75", 9, (3, "A_RECYCLER", "Le service n’est pas le bon.")),
    _path(
        "EX-007", "town", "3050.00", 22, (6, "REJETEE", "Le montant ne correspond pas au devis.")
    ),
    _path("EX-008", "school", "720.00", 25, (4, "SERVICE_FAIT", ""), (9, "MANDATEE", "")),
    _path(
        "EX-009",
        "hospital",
        "1890.40",
        40,
        (5, "SERVICE_FAIT", ""),
        (10, "MANDATEE", ""),
        (14, "MISE_A_DISPOSITION_COMPTABLE", ""),
        (20, "MISE_EN_PAIEMENT", ""),
    ),
    _path("BOIS-771", "wood", "560.00", 4, sent=False, service="ATELIER"),
    _path(
        "BOIS-764",
        "wood",
        "1120.00",
        11,
        (2, "PRISE_EN_COMPTE_DESTINATAIRE", ""),
        sent=False,
        service="CHANTIERS",
    ),
    _path(
        "BOIS-750",
        "wood",
        "230.80",
        18,
        (3, "SUSPENDUE", "Précisez le chantier livré."),
        (6, "COMPLETEE", ""),
        sent=False,
        service="COMPTA",
    ),
)


def fill(session: Session, guest: User, now: datetime) -> models.Structure:
    """Make the company of a guest, as it is at the beginning of every exercise."""
    company = _structure(guest, OLD_SIRET, COMPANY, models.Nature.PUBLIC, now)
    partners = {}
    for one in PARTNERS:
        siret = made_up(PRACTICE, one.number)
        partners[one.key] = made = _structure(guest, siret, one.name, one.nature, now)
        made.local_authority = one.local_authority
    session.add_all([company, *partners.values()])
    session.flush()
    _equip(session, company, now)
    _people(session, company, guest, now)
    for path in INVOICES:
        _invoice(session, company, partners[path.partner], path, now)
    session.flush()
    return company


def _structure(
    guest: User, siret: Siret, name: str, nature: models.Nature, now: datetime
) -> models.Structure:
    return models.Structure(
        siret=siret.digits,
        name=name,
        nature=nature,
        active=True,
        origin=models.Origin.PRACTICE,
        practice_id=guest.practice_id,
        created_at=now,
        verified_at=now,
    )


def _equip(session: Session, company: models.Structure, now: datetime) -> None:
    here = {"structure_id": company.id}
    session.add_all(models.Service(code=code, name=name, **here) for code, name in SERVICES)
    session.add_all(models.Space(kind=kind, **here) for kind in SPACES)
    session.add_all(
        models.Connection(kind=kind, label=label, **here) for kind, label in CONNECTIONS
    )
    signed = (now - timedelta(days=MANDATE_DAYS_AGO)).date()
    session.add(models.BillingMandate(signed_on=signed, **here))


def _people(session: Session, company: models.Structure, guest: User, now: datetime) -> None:
    """The guest manages; the others are accounts that nobody opens and nobody writes to."""
    attached = [(guest, models.MembershipRole.PRINCIPAL)]
    for name, address, role in PEOPLE:
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
        models.Membership(
            user_id=person.id,
            structure_id=company.id,
            role=role,
            state=models.MembershipState.ACTIVE,
            asked_at=now,
            decided_at=now,
        )
        for person, role in attached
    )


def _invoice(
    session: Session,
    company: models.Structure,
    partner: models.Structure,
    path: Path,
    now: datetime,
) -> None:
    sender, recipient = (company, partner) if path.sent else (partner, company)
    deposited = now - timedelta(days=path.age)
    moments = [
        deposited + timedelta(days=days, minutes=20 * place)
        for place, (days, _, _) in enumerate(path.steps)
    ]
    invoice = models.Invoice(
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
        models.StatusChange(
            invoice_id=invoice.id, status=status, at=at, recorded_at=at, reason=reason
        )
        for at, (_, status, reason) in zip(moments, path.steps, strict=True)
    )
