"""What the verbs answer: plain values, ready for a page, a PDF or a mail."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from communaute import models
from communaute.domain.structures.numbers import Siret
from communaute.domain.structures.statuses import Turn


ROLE_LABELS = {
    models.MembershipRole.PRINCIPAL: "Gestionnaire principal",
    models.MembershipRole.SECONDARY: "Gestionnaire secondaire",
    models.MembershipRole.USER: "Utilisateur simple",
}
MANAGERS = (models.MembershipRole.PRINCIPAL, models.MembershipRole.SECONDARY)
NATURE_LABELS = {
    models.Nature.PUBLIC: "Structure publique",
    models.Nature.PRIVATE: "Structure privée",
}
SPACE_LABELS = {
    models.SpaceKind.MANAGER: "Activités du gestionnaire",
    models.SpaceKind.SENT: "Factures émises",
    models.SpaceKind.RECEIVED: "Factures reçues",
    models.SpaceKind.WORKS: "Factures de travaux",
    models.SpaceKind.REQUESTS_SENT: "Sollicitations émises",
    models.SpaceKind.REQUESTS_RECEIVED: "Sollicitations reçues",
    models.SpaceKind.MESSAGES: "Mes messages",
    models.SpaceKind.FEE_STATEMENTS: "Mémoires de frais de justice",
    models.SpaceKind.TIC: "Demande de remboursement TIC",
}
CONNECTION_LABELS = {
    models.ConnectionKind.TECHNICAL_ACCOUNT: "Compte utilisateur technique",
    models.ConnectionKind.EDI: "Raccordement EDI",
    models.ConnectionKind.API: "Raccordement API",
    models.ConnectionKind.PACAGE: "Numéro PACAGE",
}


@dataclass(frozen=True)
class StructureLine:
    """A structure in a list, or named on a page."""

    id: int
    siret: Siret
    name: str
    nature: models.Nature
    active: bool
    verified: bool
    local_authority: bool
    practice: bool


@dataclass(frozen=True)
class MembershipLine:
    """One structure of a person: what they are in it, and whether the attachment is in force."""

    membership_id: int
    structure: StructureLine
    role: models.MembershipRole
    state: models.MembershipState
    asked_at: datetime
    # How many attachment requests wait for this person's decision: 0 unless a manager.
    waiting: int
    open_invoices: int
    # Those of its invoices, open or over, that ask for an act of it.
    invoices_to_do: int

    @property
    def is_manager(self) -> bool:
        """Whether the person manages the structure."""
        return self.state is models.MembershipState.ACTIVE and self.role in MANAGERS


@dataclass(frozen=True)
class PersonLine:
    """A person attached to a structure. `address` is empty for a reader who does not manage it."""

    membership_id: int
    user_id: int
    name: str
    address: str
    role: models.MembershipRole

    @property
    def role_label(self) -> str:
        """The role in French."""
        return ROLE_LABELS[self.role]


@dataclass(frozen=True)
class RequestLine:
    """An attachment request that waits for a decision."""

    membership_id: int
    structure: StructureLine
    name: str
    address: str
    message: str
    asked_at: datetime


@dataclass(frozen=True)
class ServiceLine:
    """A service."""

    code: str
    name: str
    active: bool


@dataclass(frozen=True)
class ConnectionLine:
    """A technical account, an EDI or API connection, a PACAGE number."""

    kind: models.ConnectionKind
    label: str

    @property
    def kind_label(self) -> str:
        """The kind in French."""
        return CONNECTION_LABELS[self.kind]


@dataclass(frozen=True)
class Link:
    """The other end of a SIRET change, and its two dates."""

    structure: StructureLine
    effective_on: date
    recorded_at: datetime
    receipt_code: str


@dataclass(frozen=True, kw_only=True)
class StructureHead:
    """A structure as the pages below its sheet name it."""

    structure: StructureLine
    # What the person who looks is in it; None for an administrator who is not attached.
    role: models.MembershipRole | None
    invoices: int
    open_invoices: int
    # Those that wait for an act of this structure.
    invoices_to_do: int

    @property
    def is_manager(self) -> bool:
        """Whether the person who looks manages it."""
        return self.role in MANAGERS


@dataclass(frozen=True, kw_only=True)
class StructureDetails(StructureHead):
    """Everything of a structure that a member may see."""

    services: tuple[ServiceLine, ...]
    spaces: tuple[str, ...]
    # One page of them, and how many there are.
    people: tuple[PersonLine, ...]
    people_count: int
    # The oldest requests, and how many wait in all.
    requests: tuple[RequestLine, ...]
    requests_waiting: int
    mandates: tuple[date, ...]
    connections: tuple[ConnectionLine, ...]
    predecessor: Link | None
    successor: Link | None


@dataclass(frozen=True)
class InvoiceLine:
    """An invoice in a list. `sent` is True when it left from the structure one looks from."""

    id: int
    number: str
    sender: StructureLine
    recipient: StructureLine
    sent: bool
    amount: Decimal
    issued_on: date
    status: str
    status_label: str
    status_at: datetime
    turn: Turn


@dataclass(frozen=True)
class InvoiceFilter:
    """Which invoices of a structure are wanted; by default all of them.

    `to_do`: those that wait for an act of the structure. `sent`: True for those it sent, False for
    those it received. `status`: a code; one that does not exist finds nothing.
    """

    to_do: bool = False
    open_only: bool = False
    sent: bool | None = None
    status: str = ""


@dataclass(frozen=True)
class InvoicePage:
    """One page of invoices: `total` is of the whole list."""

    lines: tuple[InvoiceLine, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Step:
    """One step of an invoice's timeline; the page of its status says what it means.

    `by` is who acted as a visitor may read it (« votre structure », the other structure's name,
    « le comptable public », « Chorus Pro »); `expected` is False for a step that our table does not
    foresee from the one before.
    """

    status: str
    label: str
    at: datetime
    by: str
    reason: str
    expected: bool


@dataclass(frozen=True)
class Timeline:
    """An invoice told from its first step to what comes next."""

    invoice: InvoiceLine
    service_code: str
    steps: tuple[Step, ...]
    # Whose turn it is, or that it is over.
    next_sentence: str
    # Codes of the statuses this person may give now, on behalf of the structure they act for.
    possible: tuple[str, ...]


@dataclass(frozen=True)
class PracticeState:
    """Where a guest's practice is: the structure to change now, and until when it lasts."""

    structure: StructureLine
    suggested_siret: Siret
    expires_at: datetime
    # The codes of the receipts of the changes done so far, the latest first.
    receipts: tuple[str, ...]
