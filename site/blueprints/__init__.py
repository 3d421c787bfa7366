"""The doors: one package per feature. FEATURES is their one list."""

from datetime import date
from importlib import import_module
from types import ModuleType

from flask import Flask

from communaute.web.cards import CardProvider
from communaute.web.tools import Tool
from search_index import Document


# The order is the order of the tools on a page.
FEATURES = (
    "siret",
    "structures",
    "tariffs",
    "signatures",
    "trainings",
    "opinions",
    "search",
    "accounts",
    "backoffice",
    "health",
    "content",
)


def packages() -> list[ModuleType]:
    """The packages, in order. Each has `bp`, `TOOLS` if it holds tools, `CARDS` if it answers.

    `DOCUMENTS` if it has more to be found than its tools.
    """
    return [import_module(f"communaute.blueprints.{name}") for name in FEATURES]


def register(app: Flask) -> None:
    """Register every blueprint; its views are imported with it."""
    for package in packages():
        for module in getattr(package, "MODULES", ("views",)):
            import_module(f"{package.__name__}.{module}")
        app.register_blueprint(package.bp)


def prepare(app: Flask) -> None:
    """Let each package that wishes (`init_app`) finish, once the site is loaded."""
    for package in packages():
        getattr(package, "init_app", lambda _app: None)(app)


def tools() -> dict[str, Tool]:
    """Every tool that is built, by name."""
    return {tool.name: tool for package in packages() for tool in getattr(package, "TOOLS", ())}


def documents(today: date) -> list[Document]:
    """What search finds that is no page of content."""
    providers = [give for package in packages() for give in getattr(package, "DOCUMENTS", ())]
    return [document for give in providers for document in give(today)]


def cards() -> list[CardProvider]:
    """Everything that may answer a search before its results, in the order it is asked."""
    return [provider for package in packages() for provider in getattr(package, "CARDS", ())]
