"""The tables, one module per feature. Importing this package knows them all."""

from communaute.models.accounts import FailedAttempt, Role, SignIn, User, UserRole
from communaute.models.audit import AuditEntry
from communaute.models.mailing import Delivery, DeliveryState
from communaute.models.opinions import PageOpinion
from communaute.models.search import MissedSearch
from communaute.models.signatures import Verification, VerificationResult
from communaute.models.siret import SiretChange, SiretDraft
from communaute.models.siret_ticks import SiretTick
from communaute.models.structures import (
    BillingMandate,
    Connection,
    ConnectionKind,
    Event,
    IntakeEvent,
    Invoice,
    Membership,
    MembershipRole,
    MembershipState,
    Nature,
    Origin,
    PracticeSet,
    Service,
    Space,
    SpaceKind,
    StatusChange,
    Structure,
)
from communaute.models.tariffs import SavedCalculation, Tariff, TariffPeriod, TariffReport


__all__ = [
    "AuditEntry",
    "BillingMandate",
    "Connection",
    "ConnectionKind",
    "Delivery",
    "DeliveryState",
    "Event",
    "FailedAttempt",
    "IntakeEvent",
    "Invoice",
    "Membership",
    "MembershipRole",
    "MembershipState",
    "MissedSearch",
    "Nature",
    "Origin",
    "PageOpinion",
    "PracticeSet",
    "Role",
    "SavedCalculation",
    "Service",
    "SignIn",
    "SiretChange",
    "SiretDraft",
    "SiretTick",
    "Space",
    "SpaceKind",
    "StatusChange",
    "Structure",
    "Tariff",
    "TariffPeriod",
    "TariffReport",
    "User",
    "UserRole",
    "Verification",
    "VerificationResult",
]
