"""The doors: one package per feature. FEATURES is their one list."""

from collections.abc import Callable
from datetime import date, datetime
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from flask import Flask
from sqlalchemy.orm import Session

from communaute.models.accounts import User
from communaute.web.cards import CardProvider
from communaute.web.panels import Panel
from communaute.web.tools import Tool
from search_index import Document


# The order is the order of the tools on a page.
FEATURES = (
    "siret",
    "structures",
    "notifications",
    "messages",
    "tariffs",
    "signatures",
    "trainings",
    "newsletter",
    "testimonials",
    "opinions",
    "search",
    "accounts",
    "backoffice",
    "health",
    "content",
)


def packages() -> list[ModuleType]:
    """The packages, in order. Each has `bp`, `TOOLS` if it holds tools, `CARDS` if it answers.

    `DOCUMENTS` if it has more to be found than its tools, `PANELS` if it has something of a person.
    """
    return [import_module(f"communaute.blueprints.{name}") for name in FEATURES]


def register(app: Flask) -> None:
    """Register every blueprint; its views are imported with it.

    Raises RuntimeError for a package that is here and not in FEATURES: its pages would be 404.
    """
    forgotten = {each.name for each in iter_modules(__path__) if each.ispkg} - set(FEATURES)
    if forgotten:
        raise RuntimeError(f"add {', '.join(forgotten)} to FEATURES in blueprints/__init__.py")
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


# What a feature has of a person, for « Mon espace ».
PanelProvider = Callable[[Session, User, datetime], Panel]


def panels(session: Session, user: User, now: datetime) -> list[Panel]:
    """What each feature shows in « Mon espace » (`PANELS`), in order."""
    providers: list[PanelProvider] = [
        provide for package in packages() for provide in getattr(package, "PANELS", ())
    ]
    return [provide(session, user, now) for provide in providers]
