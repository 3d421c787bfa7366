"""The tables, one module per feature. Importing this package knows them all."""

from communaute.models.opinions import PageOpinion


__all__ = ["PageOpinion"]
