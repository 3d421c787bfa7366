"""The SIRET checker, as a page and as a part of one."""

from tests.pages import Pages, one
from tests.swapping import main_text, swap


ADDRESS = "/outils/verifier-siret"
GOOD = "732 829 320 00074"


def test_the_page_asks_for_a_number(pages: Pages) -> None:
    page = pages.get(ADDRESS)
    assert page.select_one("input[name=siret]")
    assert "bien formé" not in page.text


def test_a_good_number_shows_its_parts(pages: Pages) -> None:
    text = main_text(pages.get(f"{ADDRESS}?siret={GOOD}"))
    assert "Ce SIRET est bien formé" in text
    assert "732 829 320" in text
    assert "00074" in text


def test_a_wrong_number_is_said_beside_the_field_and_stays(pages: Pages) -> None:
    page = pages.get(f"{ADDRESS}?siret=123", status=422)
    field = one(page, "input[name=siret]")
    assert field["value"] == "123"
    assert "il en manque 11" in one(page, f"#{str(field['aria-describedby']).split()[-1]}").text
    assert page.select_one(".error-summary a[href='#siret']")
    assert one(page, "title").text.startswith("Erreur")


def test_the_swapped_part_is_the_reloaded_page(pages: Pages) -> None:
    for number, status in ((GOOD, 200), ("12", 422)):
        address = f"{ADDRESS}?siret={number}"
        swapped = swap(pages.get(ADDRESS), "#outil-verifier-siret", pages.fragment(address, status))
        assert main_text(swapped) == main_text(pages.get(address, status))


def test_it_is_embedded_in_the_practice_of_changing_siret(pages: Pages) -> None:
    frame = pages.get("/bonnes-pratiques/changer-de-siret").select_one(".tool-frame")
    assert frame
    assert frame.select_one(f"a[href='{ADDRESS}']")


def test_typed_html_is_text(pages: Pages) -> None:
    page = pages.get(f"{ADDRESS}?siret=<script>alert(1)</script>", status=422)
    assert not [s for s in page.find_all("script") if "alert" in s.text]


def test_odd_queries_are_answered(pages: Pages) -> None:
    for query in (
        "?siret=" + "9" * 5_000,
        "?siret=%00%ff",
        "?siret=1&siret=2",
        "?x=%F0%9F%92%A9",
        "?siret",
    ):
        assert pages.response("GET", ADDRESS + query).status_code in (200, 422)
