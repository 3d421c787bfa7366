"""Structures and their invoices, as their people see them."""

from flask import Blueprint


bp = Blueprint("structures", __name__, url_prefix="/compte/structures")
MODULES = ("views", "adding", "requests", "invoices", "managing")
