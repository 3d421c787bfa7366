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
from communaute.models.trainings import (
    AccessibilityNeed,
    Attendance,
    OfferOutcome,
    PlaceDecision,
    Registration,
    RegistrationState,
    Satisfaction,
    SessionPair,
    Training,
    TrainingSession,
    WaitingOffer,
)


__all__ = [
    "AccessibilityNeed",
    "Attendance",
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
    "OfferOutcome",
    "Origin",
    "PageOpinion",
    "PlaceDecision",
    "PracticeSet",
    "Registration",
    "RegistrationState",
    "Role",
    "Satisfaction",
    "SavedCalculation",
    "Service",
    "SessionPair",
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
    "Training",
    "TrainingSession",
    "User",
    "UserRole",
    "Verification",
    "VerificationResult",
    "WaitingOffer",
]
