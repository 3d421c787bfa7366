"""Finding a tariff and working one out, with and without a script."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, Visit


pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False])
def test_an_interpreter_finds_the_night_rate_for_her_dates(visit: Visit, scripts: bool) -> None:
    visitor = visit(NARROW, scripts=scripts)
    page = visitor.open("/outils/tarifs")
    page.get_by_label("Vos mots").fill("interprète dimanche nuit")
    page.get_by_label("Date de la réquisition").fill("01/06/2022")
    page.get_by_role("button", name="Chercher", exact=True).click()
    expect(page.get_by_role("heading", name="4 tarifs trouvés")).to_be_visible()
    expect(page.locator(".tariff__amount", has_text="88,50")).to_be_visible()
    assert "q=interpr" in page.url
    if scripts:
        assert visitor.faults() == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_saturday_evening_is_worked_out_and_corrected(visit: Visit, scripts: bool) -> None:
    page = visit(scripts=scripts).open("/outils/tarifs/interpretation")
    page.get_by_label("Date de la réquisition").fill("20/05/2019")
    page.get_by_label("Début de l’intervention").fill("01/06/2019 22:00")
    page.get_by_label("Fin de l’intervention").fill("01/06/2019 20:00")
    page.get_by_role("button", name="Calculer").click()
    expect(page.get_by_text("La fin est avant le début").first).to_be_visible()
    page.get_by_label("Fin de l’intervention").fill("02/06/2019 00:00")
    page.get_by_role("button", name="Calculer").click()
    expect(page.locator(".tariff__amount")).to_contain_text("102,00")


def test_a_guide_s_tool_answers_in_its_frame(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/tarifs/jures")
    page.locator("[hx-get*='/outils/tarifs']").scroll_into_view_if_needed()
    frame = page.locator("#outil-tarifs")
    expect(frame.get_by_text("99,20").or_(frame.get_by_text("102,16")).first).to_be_visible()
    frame.get_by_label("Date de la réquisition").fill("01/03/2024")
    frame.get_by_role("button", name="Chercher", exact=True).click()
    expect(page.locator("#outil-tarifs").get_by_text("99,20").first).to_be_visible()
    assert page.url.endswith("/tarifs/jures")
    assert visitor.faults() == []


def test_a_mission_is_found_and_worked_out_by_keyboard_alone(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/outils/tarifs")
    page.get_by_label("Vos mots").focus()
    page.keyboard.type("interprète majoration nuit A43-7")
    for typed in ("", "", "05/05/2019"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(page.locator("#tarifs-trouves")).to_be_focused()
    expect(page.locator("#interpretation-nuit .tariff__amount")).to_contain_text("7,50")
    page.locator("#interpretation-nuit").get_by_role("link", name="Calculer une mission").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Date de la réquisition").focus()
    for typed in ("20/05/2019", "01/06/2019 22:00", "02/06/2019 00:00"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    # Past what the droit d'option is, and Alsace.
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Le résultat")).to_be_focused()
    expect(page.locator(".tariff__amount")).to_contain_text("102,00")
    assert visitor.faults() == []
