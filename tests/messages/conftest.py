"""The databases of tests/structures, and people who visit, write and read."""

import pytest
from flask import Flask

from tests.messages.door import Writer, a_reader, a_writer
from tests.structures.conftest import session, structures_app
from tests.structures.visiting import colleague, manager, visited_app, visitor


__all__ = ["colleague", "manager", "session", "structures_app", "visited_app", "visitor"]


@pytest.fixture
def writer(visited_app: Flask) -> Writer:
    """Somebody who may write for a structure."""
    return a_writer(visited_app)


@pytest.fixture
def reader(visited_app: Flask, writer: Writer) -> Writer:
    """Somebody of a structure that it has invoices with."""
    return a_reader(visited_app, writer)
