"""The site of the Communauté Chorus Pro: create_app() builds it (see application.py)."""

from typing import TYPE_CHECKING

from communaute.config import PACKAGE, Settings


if TYPE_CHECKING:
    from flask import Flask

__all__ = ["PACKAGE", "create_app"]


def create_app(settings: Settings | None = None, **overrides: object) -> "Flask":
    """Build the application from the settings (the environment's when none are given).

    `overrides` are Flask settings, for tests. Raises SettingsError when a production start is
    half configured. Imported here, not above: the verifier process is of this package and
    loads neither Flask nor a database.
    """
    from communaute.application import build

    return build(settings, **overrides)
