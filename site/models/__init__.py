"""The tables, one module per feature. Importing this package knows them all."""

from communaute.models.opinions import PageOpinion
from communaute.models.search import MissedSearch


__all__ = ["MissedSearch", "PageOpinion"]
