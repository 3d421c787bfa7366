"""The newsletter in a real browser: by keyboard, by touch, without a script; each page read by axe."""

import secrets
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.browser.axe import VIEWS, faults_here
from tests.browser.conftest import NARROW, WIDE, Visit, Visitor
from tests.browser.hands import Hand
from tests.browser.mailbox import linked, mailed
from tests.browser.test_accounts import become_administrator, open_account


pytestmark = [pytest.mark.browser, pytest.mark.slow]
TOOL, DESK = "/outils/abonnement", "/gestion/lettre"
LETTER = f"{DESK}/newsletter/2026-automne"


def leaving(app: Flask, address: str) -> str:
    """The path of the link at its foot."""
    return urlsplit(str(mailed(app, address, "newsletter-confirm").unsubscribe_url)).path


def test_one_subscribes_chooses_leaves_and_comes_back(hand: Hand, served_app: Flask) -> None:
    address = f"p{secrets.token_hex(5)}@exemple.example"
    page, main = hand.visitor.open(TOOL), hand.visitor.page.get_by_role("main")
    hand.write("Adresse électronique", "pas une adresse")
    hand.press("button", "S’abonner")
    expect(main.get_by_role("alert").first).to_be_visible()
    hand.write("Adresse électronique", address)
    hand.press("button", "S’abonner")
    expect(main).to_contain_text("Saisir une autre adresse")

    hand.visitor.open(linked(served_app, address, "newsletter-confirm"))
    hand.press("button", "Confirmer")
    expect(page.get_by_role("heading", level=1)).to_contain_text("abonn")
    foot = leaving(served_app, address)
    hand.visitor.open(foot)
    expect(main).not_to_contain_text(address)
    hand.press("button", "Recevoir mon lien")
    expect(main.get_by_role("status").first).to_be_visible()

    hand.visitor.open(linked(served_app, address, "newsletter-link"))
    expect(main).to_contain_text(address)
    hand.write("Ne rien recevoir avant le", "hier matin")
    hand.press("button", "Enregistrer")
    expect(main.get_by_role("alert").first).to_be_visible()
    hand.write("Ne rien recevoir avant le", " ")
    hand.press("button", "Enregistrer")
    expect(main).to_contain_text("C’est enregistré")
    hand.press("button", "Se désabonner")
    expect(main).to_contain_text("Vous vous êtes désabonné")
    hand.press("button", "Revenir comme avant")
    expect(main).to_contain_text("C’est remis comme avant")
    hand.press("link", "Effacer tout ce que vous gardez de moi")
    hand.press("button", "Effacer pour de bon")
    expect(page.get_by_role("heading", level=1)).to_contain_text("effacé")
    hand.sees_nothing_wrong()


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing_on_what_a_subscriber_sees(
    visit: Visit, served_app: Flask, width: int, scheme: str
) -> None:
    visitor, address = visit(width, scheme), f"p{secrets.token_hex(5)}@exemple.example"
    page = visitor.open(TOOL)
    found = faults_here(visitor, "subscribe")
    page.get_by_role("button", name="S’abonner").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    found += faults_here(visitor, "refused")
    page.get_by_label("Adresse électronique").fill(address)
    page.get_by_role("button", name="S’abonner").click()
    expect(page.get_by_role("button", name="S’abonner")).to_have_count(0)
    found += faults_here(visitor, "asked")
    visitor.open(linked(served_app, address, "newsletter-confirm"))
    found += faults_here(visitor, "to confirm")
    page.get_by_role("button", name="Confirmer").click()
    found += faults_here(visitor, "confirmed")
    foot = leaving(served_app, address)
    visitor.open(foot)
    found += faults_here(visitor, "leave")
    page.get_by_role("button", name="Recevoir mon lien").click()
    expect(page.get_by_role("main").get_by_role("status").first).to_be_visible()
    found += faults_here(visitor, "link asked for")
    preferences = linked(served_app, address, "newsletter-link")
    visitor.open(preferences)
    found += faults_here(visitor, "preferences")
    page.get_by_label("Nouvelle adresse électronique").fill(address)
    page.get_by_role("button", name="Demander ce changement").click()
    found += faults_here(visitor, "preferences refused")
    moved = f"q{address}"
    page.get_by_label("Nouvelle adresse électronique").fill(moved)
    page.get_by_role("button", name="Demander ce changement").click()
    expect(page.get_by_text("Un courriel part vers la nouvelle adresse")).to_be_visible()
    visitor.open(linked(served_app, moved, "newsletter-new-address"))
    found += faults_here(visitor, "to move")
    visitor.open(f"{preferences}?effacer=1")
    found += faults_here(visitor, "to erase")
    visitor.open(foot)
    page.get_by_role("button", name="Se désabonner").click()
    found += faults_here(visitor, "left")
    visitor.open(preferences)
    found += faults_here(visitor, "preferences of who left")
    for path in (f"{TOOL}/preferences/faux", f"{TOOL}/quitter/faux", f"{TOOL}/confirmer/faux"):
        visitor.open(path)
        found += faults_here(visitor, path)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing_on_what_the_team_sees(
    visit: Visit, served_app: Flask, width: int, scheme: str
) -> None:
    visitor = visit(width, scheme)
    become_administrator(visitor, served_app)
    found = []
    for path in (DESK, LETTER, f"{DESK}/rebonds", f"{DESK}/domaine"):
        visitor.open(path)
        found += faults_here(visitor, path)
    page = visitor.open(LETTER)
    page.get_by_role("button", name="L’envoyer à moi seul").click()
    expect(page.get_by_text("L’essai part vers")).to_be_visible()
    found += faults_here(visitor, "sent to oneself")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("width", "scripts"), [(WIDE, True), (NARROW, False)])
def test_mon_espace_says_what_one_receives(
    visit: Visit, served_app: Flask, width: int, scripts: bool
) -> None:
    visitor: Visitor = visit(width, scripts=scripts)
    address = open_account(visitor, served_app)
    page = visitor.page
    page.get_by_role("link", name="S’abonner à la newsletter").first.click()
    page.get_by_label("Adresse électronique").fill(address)
    page.get_by_text("Marchés de travaux", exact=True).click()
    page.get_by_role("button", name="S’abonner").click()
    expect(page.get_by_role("button", name="S’abonner")).to_have_count(0)
    visitor.open(linked(served_app, address, "newsletter-confirm"))
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous êtes abonné à la newsletter")
    visitor.open("/compte/")
    assert not scripts or faults_here(visitor, "my space") == []
    page.get_by_role("link", name=address).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos préférences pour la newsletter")
    expect(page.get_by_label("Marchés de travaux")).to_be_checked()
