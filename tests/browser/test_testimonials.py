"""« Témoigner » in a real browser, from the questions to the withdrawal; each state read by axe."""

import secrets

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.axe import VIEWS, faults_here
from tests.browser.conftest import Visit
from tests.browser.hands import Hand
from tests.browser.mailbox import linked
from tests.browser.test_accounts import become_administrator


pytestmark = [pytest.mark.browser, pytest.mark.slow]
TOOL, DESK = "/outils/temoignage", "/gestion/temoignages"
SEND = "Envoyer mon témoignage"
WORDS = "Demandez à votre client son code service avant de déposer la première facture."


def fill(page: Page, address: str) -> None:
    """Answer one question, sign, agree."""
    page.locator("textarea[name=conseil]").fill(WORDS)
    page.locator("input[name=metier]").fill("plombière")
    page.locator("input[name=depuis]").fill("2020")
    page.locator("input[name=nom]").fill("Camille Exemple")
    page.locator("input[name=signature]").first.check(force=True)
    page.locator("input[name=courriel]").fill(address)
    page.locator("input[name=accord]").check(force=True)


def test_written_read_again_confirmed_changed_and_withdrawn(hand: Hand, served_app: Flask) -> None:
    address = f"p{secrets.token_hex(5)}@exemple.example"
    page, main = hand.visitor.open(TOOL), hand.visitor.page.get_by_role("main")
    hand.press("button", SEND)
    expect(main.get_by_role("alert").first).to_be_visible()
    fill(page, address)
    hand.press("button", "Relire avant d’envoyer")
    expect(main).to_contain_text("Voici ce qui serait publié")
    expect(page.locator("textarea[name=conseil]")).to_have_value(WORDS)
    hand.press("button", SEND)
    expect(main).to_contain_text("Regardez vos courriels")
    where = linked(served_app, address)
    hand.visitor.open(where)
    hand.press("button", "Confirmer mon témoignage")
    expect(main).to_contain_text("l’équipe du site lira votre témoignage")
    hand.press("link", "Modifier mon témoignage")
    page.locator("textarea[name=conseil]").fill("Appelez le 06 12 34 56 78.")
    hand.press("button", "Enregistrer")
    expect(main.get_by_role("alert").first).to_be_visible()
    hand.visitor.open(where)
    hand.press("link", "Retirer mon témoignage")
    hand.press("button", "Retirer")
    expect(main).to_contain_text("retiré")
    hand.visitor.open(where)
    expect(main).to_contain_text("a été retiré")
    hand.sees_nothing_wrong()


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing_in_any_state(
    visit: Visit, served_app: Flask, width: int, scheme: str
) -> None:
    visitor, address = visit(width, scheme), f"p{secrets.token_hex(5)}@exemple.example"
    page = visitor.open(TOOL)
    found = faults_here(visitor, "questions")
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    found += faults_here(visitor, "refused")
    fill(page, address)
    page.get_by_role("button", name="Relire avant d’envoyer").click()
    expect(page.get_by_text("Voici ce qui serait publié")).to_be_visible()
    found += faults_here(visitor, "read again")
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_text("Regardez vos courriels")).to_be_visible()
    found += faults_here(visitor, "sent")
    where = linked(served_app, address)
    visitor.open(where)
    found += faults_here(visitor, "to confirm")
    page.get_by_role("button", name="Confirmer mon témoignage").click()
    found += faults_here(visitor, "waiting")
    for path in (f"{where}/modifier", f"{where}/retirer", f"{TOOL}/faux"):
        visitor.open(path)
        found += faults_here(visitor, path)
    become_administrator(visitor, served_app)
    page = visitor.open(DESK)
    found += faults_here(visitor, "desk")
    page.get_by_role("link", name="Témoignage n°").last.click()
    found += faults_here(visitor, "one to decide")
    page.get_by_role("button", name="Accepter").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Témoignages")
    visitor.open(where)
    found += faults_here(visitor, "accepted")
    assert not found, "\n".join(found)
