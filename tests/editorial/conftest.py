"""Fixtures of the editorial tests."""

from pathlib import Path

import pytest

from tests.editorial.trees import Tree


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """An empty content folder."""
    return Tree(tmp_path)
