"""The demonstration, as plain data: who exchanges invoices, and how each invoice goes.

Everything is drawn from one fixed seed: the same day gives the same set. Names that cannot be
companies, SIRETs of the demonstration range, addresses in `.example`.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from communaute.domain.structures import lifecycle
from communaute.domain.structures.lifecycle import Giver
from communaute.domain.structures.numbers import DEMO, Siret, made_up
from communaute.models.accounts import Role
from communaute.models.structures import MembershipRole, Nature


SEED = 20_201_101
INVOICES = 400
OLDEST_DAYS = 150
TOWNS = ("Bleuet", "Coquelicot", "Genêt", "Jonquille", "Lavande")
HOSPITALS = ("Mimosa", "Pervenche", "Tilleul")
SCHOOLS = ("Aubépine", "Camomille", "Églantine", "Violette")
COMPANIES = (
    *("Menuiserie", "Peinture", "Nettoyage", "Informatique", "Traiteur", "Transport"),
    *("Imprimerie", "Maçonnerie", "Électricité", "Plomberie", "Jardins", "Formation"),
    *("Interprétariat", "Architecture", "Chauffage", "Mobilier", "Éclairage", "Textile"),
)
REASONS = {
    "SUSPENDUE": ("Il manque le bon de livraison.", "Joignez le procès-verbal de réception."),
    "REJETEE": ("Le montant ne correspond pas à la commande.", "Le cadre de facturation est faux."),
    "REFUSEE": ("La prestation n’est pas terminée.",),
    "A_RECYCLER": ("Le code service n’est pas le bon.", "Cette commande n’est pas la nôtre."),
}
# Statuts that a simple invoice goes through; validation and OCR are for others.
SIMPLE = frozenset(
    {
        "DEPOSEE",
        "EN_COURS_ACHEMINEMENT",
        "MISE_A_DISPOSITION",
        "PRISE_EN_COMPTE_DESTINATAIRE",
        "SERVICE_FAIT",
        "SUSPENDUE",
        "COMPLETEE",
        "A_RECYCLER",
        "REJETEE",
        "MANDATEE",
        "MISE_A_DISPOSITION_COMPTABLE",
        "COMPTABILISEE",
        "MISE_EN_PAIEMENT",
    }
)


@dataclass(frozen=True)
class PlannedStructure:
    """A structure of the demonstration."""

    siret: Siret
    name: str
    nature: Nature
    local_authority: bool = False
    services: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PlannedInvoice:
    """An invoice and the steps it has been through: (status, moment, reason)."""

    number: str
    sender: Siret
    recipient: Siret
    service: str
    amount: Decimal
    issued_on: date
    steps: tuple[tuple[str, datetime, str], ...]


@dataclass(frozen=True)
class PlannedPerson:
    """Somebody to try the site as: attached to the structure at a place of the plan.

    `may` tells whoever tries the site what this person can do.
    """

    email: str
    name: str
    attached: tuple[tuple[int, MembershipRole, bool], ...] = ()
    staff: Role | None = None
    may: str = ""


# Places: 0 is the first town, 5 the first hospital, 12 the first company.
PEOPLE = (
    PlannedPerson(
        "gestionnaire@demo.example",
        "Alix Démonstration",
        ((12, MembershipRole.PRINCIPAL, True), (13, MembershipRole.PRINCIPAL, True)),
        may="gère deux entreprises : factures, membres, SIRET",
    ),
    PlannedPerson(
        "secondaire@demo.example",
        "Charlie Démonstration",
        ((12, MembershipRole.SECONDARY, True),),
        may="aide à gérer la première entreprise",
    ),
    PlannedPerson(
        "utilisateur@demo.example",
        "Sacha Démonstration",
        ((12, MembershipRole.USER, True),),
        may="voit et dépose les factures de la première entreprise",
    ),
    PlannedPerson(
        "demandeur@demo.example",
        "Lou Démonstration",
        ((12, MembershipRole.USER, False),),
        may="attend d'être rattaché à la première entreprise",
    ),
    PlannedPerson(
        "mairie@demo.example",
        "Camille Démonstration",
        ((0, MembershipRole.PRINCIPAL, True),),
        may="gère une commune : traite les factures reçues",
    ),
    PlannedPerson(
        "hopital@demo.example",
        "Dominique Démonstration",
        ((5, MembershipRole.PRINCIPAL, True),),
        may="gère un hôpital : traite les factures reçues",
    ),
    PlannedPerson(
        "admin@demo.example",
        "Maxime Démonstration",
        staff=Role.ADMINISTRATOR,
        may="administre le site : /gestion/, rôles, courriels, journal",
    ),
    PlannedPerson(
        "formations@demo.example",
        "Noa Démonstration",
        staff=Role.ORGANISER,
        may="organise les formations : /gestion/formations",
    ),
    PlannedPerson(
        "redaction@demo.example",
        "Eden Démonstration",
        staff=Role.EDITOR,
        may="suit les recherches : /gestion/recherches",
    ),
)


def structures() -> tuple[PlannedStructure, ...]:
    """Thirty structures: five local authorities, seven other public ones, eighteen companies."""
    town = (("SCOLAIRE", "Affaires scolaires"), ("VOIRIE", "Voirie"), ("FINANCES", "Finances"))
    care = (("ACHATS", "Achats"), ("PHARMACIE", "Pharmacie"))
    school = (("INTENDANCE", "Intendance"),)
    company = (("COMPTA", "Comptabilité"), ("ATELIER", "Atelier"))
    named = [
        *((f"Commune de {name}-la-Fictive", Nature.PUBLIC, True, town) for name in TOWNS),
        *((f"Hôpital fictif {name}", Nature.PUBLIC, False, care) for name in HOSPITALS),
        *((f"Lycée fictif {name}", Nature.PUBLIC, False, school) for name in SCHOOLS),
        *(
            (f"{name} Exemple (société fictive)", Nature.PRIVATE, False, company)
            for name in COMPANIES
        ),
    ]
    return tuple(
        PlannedStructure(made_up(DEMO, place), *one) for place, one in enumerate(named, 901)
    )


def invoices(today: date) -> Iterator[PlannedInvoice]:
    """Four hundred invoices: of companies to public structures, a tenth between public ones."""
    chance = random.Random(SEED)  # noqa: S311  # a demonstration, not a secret
    every = structures()
    public = [one for one in every if one.nature is Nature.PUBLIC]
    private = [one for one in every if one.nature is Nature.PRIVATE]
    for number in range(1, INVOICES + 1):
        recipient = chance.choice(public)
        others = [one for one in public if one is not recipient]
        sender = chance.choice(others if chance.random() < 0.1 else private)
        age = chance.randrange(1, OLDEST_DAYS)
        issued = today - timedelta(days=age)
        yield PlannedInvoice(
            number=f"DEMO-{number:04}",
            sender=sender.siret,
            recipient=recipient.siret,
            service=chance.choice(recipient.services)[0],
            amount=Decimal(chance.randrange(4_000, 900_000)) / 100,
            issued_on=issued,
            steps=tuple(_steps(chance, issued, age)),
        )


def _steps(chance: random.Random, issued: date, age: int) -> Iterator[tuple[str, datetime, str]]:
    """A walk through the table, until the invoice's age is spent or it is over."""
    moment = datetime.combine(issued, time(6), UTC)
    until = moment + timedelta(days=age)
    if age < 6 and chance.random() < 0.3:
        yield "BROUILLON", moment, ""
        return
    status = "DEPOSEE"
    while True:
        yield status, moment, chance.choice(REASONS.get(status, ("",)))
        moment += timedelta(hours=chance.randrange(2, 24 * 14))
        following = _following(status)
        if not following or moment > until:
            return
        status = chance.choices(*zip(*following.items(), strict=True))[0]


def _following(status: str) -> dict[str, int]:
    """What may come next, and how often: most invoices go straight on."""
    straight = {Giver.SYSTEM: 30, Giver.ACCOUNTANT: 6, Giver.RECIPIENT: 24, Giver.SENDER: 24}
    rare = {"REJETEE": 1, "SUSPENDUE": 5, "A_RECYCLER": 2}
    return {
        after: rare.get(after, straight.get(giver, 1))
        for (before, after), giver in lifecycle.TRANSITIONS.items()
        if before == status and after in SIMPLE
    }
