"""The databases of tests/structures: a SIRET change is tested on the same."""

from tests.structures.conftest import session, structures_app, visited_app, visitor


__all__ = ["session", "structures_app", "visited_app", "visitor"]
