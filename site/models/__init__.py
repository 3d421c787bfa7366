"""The tables, one module per feature. Importing this package knows them all."""

from communaute.models.opinions import PageOpinion
from communaute.models.search import MissedSearch
from communaute.models.signatures import Verification, VerificationResult
from communaute.models.tariffs import SavedCalculation, Tariff, TariffPeriod, TariffReport


__all__ = [
    "MissedSearch",
    "PageOpinion",
    "SavedCalculation",
    "Tariff",
    "TariffPeriod",
    "TariffReport",
    "Verification",
    "VerificationResult",
]
