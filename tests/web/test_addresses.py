"""Numbers in addresses that no row can have."""

import pytest

from communaute.web.addresses import LARGEST, row_number
from tests.pages import Pages


@pytest.mark.parametrize("number", [LARGEST + 1, 2**63, 10**30, "9" * 5000])
@pytest.mark.parametrize("path", ["/compte/structures/{}", "/outils/changement-siret/{}"])
def test_a_number_too_large_is_a_page_that_is_not_there(
    pages: Pages, path: str, number: int | str
) -> None:
    assert pages.response("GET", path.format(number)).status_code == 404


def test_a_number_that_a_row_may_have_is_asked_of_the_database(pages: Pages) -> None:
    asked = pages.response("GET", f"/compte/structures/{LARGEST}")
    assert asked.status_code == 302, "somebody must sign in first"


@pytest.mark.parametrize("sent", [None, -1, 0, LARGEST + 1, 10**30])
def test_a_form_s_number_that_is_no_row_s_is_nobody_s(sent: int | None) -> None:
    assert row_number(sent) == 0


def test_a_form_s_number_is_kept() -> None:
    assert row_number(LARGEST) == LARGEST
