"""The tables, one module per feature. Importing this package knows them all."""

from communaute.models.mailing import Delivery, DeliveryState
from communaute.models.opinions import PageOpinion


__all__ = ["Delivery", "DeliveryState", "PageOpinion"]
