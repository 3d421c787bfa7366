"""The doors: one package per feature. FEATURES is their one list."""

from importlib import import_module
from types import ModuleType

from flask import Flask

from communaute.web.tools import Tool


# The order is the order of the tools on a page.
FEATURES = ("siret", "opinions", "search", "accounts", "backoffice", "health", "content")


def packages() -> list[ModuleType]:
    """The packages, in order. Each has `bp`, and `TOOLS` if it holds tools."""
    return [import_module(f"communaute.blueprints.{name}") for name in FEATURES]


def register(app: Flask) -> None:
    """Register every blueprint; its views are imported with it."""
    for package in packages():
        for module in getattr(package, "MODULES", ("views",)):
            import_module(f"{package.__name__}.{module}")
        app.register_blueprint(package.bp)


def tools() -> dict[str, Tool]:
    """Every tool that is built, by name."""
    return {tool.name: tool for package in packages() for tool in getattr(package, "TOOLS", ())}
