"""Structures and their invoices, as their people see them; and as machines tell of them."""

from flask import Blueprint, Flask

from communaute.blueprints.structures.openapi import DESCRIPTION as OPENAPI
from communaute.blueprints.structures.panel import panel


__all__ = ["MODULES", "OPENAPI", "PANELS", "bp", "init_app"]

bp = Blueprint("structures", __name__, url_prefix="/compte/structures")
MODULES = ("sheets", "adding", "people", "invoices")
PANELS = (panel,)


def init_app(app: Flask) -> None:
    """Open the intake, whose address is not under this blueprint's."""
    from communaute.blueprints.structures import intake

    intake.register(app)
