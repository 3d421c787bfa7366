"""The published tariffs, read once."""

from pathlib import Path

import pytest

from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.formulas import Parameters
from communaute.editorial.tariffs import read_tariffs


CONTENT = Path(__file__).parents[2] / "site" / "content" / "tarifs"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    content = read_tariffs(CONTENT)
    return Catalogue(
        rows=content.rows,
        parameters=Parameters(content.parameters),
        categories=content.categories,
        articles=content.articles,
        versions=content.versions,
        deductions=content.deductions,
    )
