"""The tables, one module per feature. Importing this package knows them all."""

from communaute.models.opinions import PageOpinion
from communaute.models.signatures import Verification, VerificationResult


__all__ = ["PageOpinion", "Verification", "VerificationResult"]
