"""The tables, one module per feature. Importing this package knows them all."""

from communaute.models.accounts import FailedAttempt, Role, SignIn, User, UserRole
from communaute.models.audit import AuditEntry
from communaute.models.mailing import Delivery, DeliveryState
from communaute.models.opinions import PageOpinion
from communaute.models.search import MissedSearch
from communaute.models.signatures import Verification, VerificationResult
from communaute.models.tariffs import SavedCalculation, Tariff, TariffPeriod, TariffReport


__all__ = [
    "AuditEntry",
    "Delivery",
    "DeliveryState",
    "FailedAttempt",
    "MissedSearch",
    "PageOpinion",
    "Role",
    "SavedCalculation",
    "SignIn",
    "Tariff",
    "TariffPeriod",
    "TariffReport",
    "User",
    "UserRole",
    "Verification",
    "VerificationResult",
]
