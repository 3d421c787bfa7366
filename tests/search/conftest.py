"""One index for the tests that only ask."""

import pytest

from search_index.opening import Index
from tests.search.corpus import index_of


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Return an index of the small library."""
    return index_of(tmp_path_factory.mktemp("index"))
