"""The tables, one module per feature. Importing this package knows them all."""

from communaute.models.accounts import FailedAttempt, Role, SignIn, User, UserRole
from communaute.models.audit import AuditEntry
from communaute.models.mailing import Delivery, DeliveryState
from communaute.models.opinions import PageOpinion


__all__ = [
    "AuditEntry",
    "Delivery",
    "DeliveryState",
    "FailedAttempt",
    "PageOpinion",
    "Role",
    "SignIn",
    "User",
    "UserRole",
]
