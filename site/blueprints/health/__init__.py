"""Liveness and readiness, for whoever runs the site."""

from flask import Blueprint


bp = Blueprint("health", __name__)
MODULES = ("views", "metrics")
