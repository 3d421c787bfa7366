"""A term of the glossary, opened where it is read."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import faults_here
from tests.browser.conftest import NARROW, Visit


pytestmark = pytest.mark.browser
PAGE = "/guides/confirmer-l-envoi"


def term_and_card(page: Page) -> tuple[Locator, Locator]:
    """The first term of the page, and where its definition opens."""
    return page.locator("a.glossary-term").first, page.get_by_role("dialog", name="Définition")


def test_a_term_opens_by_key_and_closes_by_escape_back_on_its_link(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open(PAGE)
    link, card = term_and_card(page)
    link.focus()
    page.keyboard.press("Enter")
    expect(card).to_be_focused()
    expect(card).to_contain_text("ertificat")
    expect(link).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(link).to_be_focused()
    assert page.url.endswith(PAGE)


def test_an_open_term_stays_inside_a_narrow_screen_and_harms_nobody(visit: Visit) -> None:
    visitor = visit(width=NARROW)
    page = visitor.open(PAGE)
    link, card = term_and_card(page)
    link.click()
    expect(card).to_be_visible()
    box = card.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= NARROW
    assert faults_here(visitor, PAGE) == []
    card.get_by_role("button", name="Fermer").click()
    expect(card).to_be_hidden()


def test_without_a_script_the_link_leads_to_the_glossary(visit: Visit) -> None:
    page = visit(scripts=False).open(PAGE)
    page.locator("a.glossary-term").first.click()
    assert "/glossaire#" in page.url
