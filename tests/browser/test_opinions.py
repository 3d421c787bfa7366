"""What readers say of a page, in a real browser; what is made of it, and /chiffres, read by axe."""

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.browser.axe import VIEWS, faults_here
from tests.browser.conftest import Visit
from tests.browser.hands import Hand
from tests.browser.test_accounts import become_administrator


pytestmark = [pytest.mark.browser, pytest.mark.slow]
TOOL = "/outils/avis?page=/guides/pieces-jointes"
SEND = "Envoyer mon avis"


def test_a_no_says_why_and_is_offered_the_search(hand: Hand) -> None:
    page, main = hand.visitor.open(TOOL), hand.visitor.page.get_by_role("main")
    hand.press("button", SEND)
    expect(main).to_contain_text("Choisissez « Oui » ou « Non »")
    hand.choose("Non", first="Oui", downs=1)
    hand.press("button", SEND)
    expect(main).to_contain_text("choisissez une des cinq réponses")
    if hand.way == "keyboard":
        hand.reach(main.get_by_label("pas trouvé ce que je cherchais").first)
        page.keyboard.press("Space")
    else:
        main.locator("input[name=raison]").first.check(force=True)
    hand.write("Ce que vous cherchiez", "appelez-moi au 06 12 34 56 78")
    hand.press("button", SEND)
    expect(page.locator(".fr-error-text").first).to_be_visible()
    hand.write("Ce que vous cherchiez", "facture rejetée")
    hand.press("button", SEND)
    expect(main).to_contain_text("Merci, votre avis est enregistré")
    hand.press("link", "Chercher")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/recherche" in page.url
    hand.sees_nothing_wrong()


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing(visit: Visit, served_app: Flask, width: int, scheme: str) -> None:
    visitor = visit(width, scheme)
    page = visitor.open(TOOL)
    found = faults_here(visitor, "asked")
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_text("Choisissez « Oui » ou « Non »")).to_be_visible()
    found += faults_here(visitor, "refused")
    page.get_by_text("Non", exact=True).click()
    page.locator("input[name=raison]").first.check(force=True)
    page.get_by_label("Ce que vous cherchiez").fill("facture rejetée")
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_text("Merci, votre avis est enregistré")).to_be_visible()
    found += faults_here(visitor, "given")
    visitor.open("/chiffres")
    found += faults_here(visitor, "/chiffres")
    become_administrator(visitor, served_app)
    for path in ("/gestion/avis", "/gestion/avis/page?page=/guides/pieces-jointes"):
        visitor.open(path)
        found += faults_here(visitor, path)
    assert not found, "\n".join(found)
