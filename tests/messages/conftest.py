"""The databases of tests/structures, and people who visit."""

from tests.structures.conftest import session, structures_app
from tests.structures.visiting import colleague, manager, visited_app, visitor


__all__ = ["colleague", "manager", "session", "structures_app", "visited_app", "visitor"]
