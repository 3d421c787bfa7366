"""The tables, one module per feature. Importing this package knows them all."""

from communaute.models.accounts import FailedAttempt, Role, SignIn, User, UserRole
from communaute.models.audit import AuditEntry
from communaute.models.mailing import Delivery, DeliveryState
from communaute.models.opinions import PageOpinion
from communaute.models.search import MissedSearch
from communaute.models.signatures import Verification, VerificationResult
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
    "Delivery",
    "DeliveryState",
    "FailedAttempt",
    "MissedSearch",
    "OfferOutcome",
    "PageOpinion",
    "PlaceDecision",
    "Registration",
    "RegistrationState",
    "Role",
    "Satisfaction",
    "SavedCalculation",
    "SessionPair",
    "SignIn",
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
