"""Passkeys in a real browser, with the authenticator that Chromium plays."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.axe import VIEWS, faults_here
from tests.browser.conftest import Visit, Visitor
from tests.browser.test_accounts import open_account, sign_in


pytestmark = pytest.mark.browser


def at_localhost(visitor: Visitor) -> Visitor:
    """A passkey belongs to a name, never to a number: the site is visited by its name."""
    visitor.address = visitor.address.replace("127.0.0.1", "localhost")
    return visitor


def with_authenticator(page: Page, *, verifies: bool = True) -> None:
    """Give the browser an authenticator that says yes."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def add(visitor: Visitor, name: str, *, alone: bool = False) -> None:
    page = visitor.open("/compte/cles")
    page.get_by_label("Nom de la clé").fill(name)
    if alone:
        page.get_by_label("Me connecter avec cette clé seule").check(force=True)
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    page.get_by_role("button", name="Enregistrer la clé").click()


def leave(visitor: Visitor) -> Page:
    page = visitor.open("/compte/")
    page.get_by_role("button", name="Se déconnecter", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")
    return page


def test_a_passkey_replaces_the_code_then_the_password(visit: Visit, served_app: Flask) -> None:
    visitor = at_localhost(visit())
    with_authenticator(visitor.page)
    email = open_account(visitor, served_app)
    add(visitor, "Clé du bureau")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    page = leave(visitor)
    sign_in(page, email)
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon espace")
    visitor.open("/compte/cles").get_by_role("button", name="Retirer la clé Clé du bureau").click()
    expect(page.get_by_text("La clé d’accès est retirée.")).to_be_visible()
    add(visitor, "Téléphone", alone=True)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    page = leave(visitor)
    page.get_by_role("button", name="Utiliser une clé d’accès, sans mot de passe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon espace")
    expect(page.get_by_text(email).first).to_be_visible()
    assert visitor.faults() == []


def test_a_key_that_does_not_answer_leaves_the_other_ways(visit: Visit, served_app: Flask) -> None:
    visitor = at_localhost(visit())
    with_authenticator(visitor.page, verifies=False)
    open_account(visitor, served_app)
    add(visitor, "Téléphone", alone=True)
    expect(visitor.page.get_by_text("La clé n’a pas répondu")).to_be_visible()
    visitor.page.get_by_role("link", name="Revenir à mes clés d’accès").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Clés d’accès")


def test_without_scripts_the_page_says_what_to_do(visit: Visit) -> None:
    page = visit(scripts=False).open("/compte/connexion")
    page.get_by_role("button", name="Utiliser une clé d’accès, sans mot de passe").click()
    expect(page.get_by_text("Une clé d’accès demande JavaScript")).to_be_visible()
    page.get_by_role("link", name="Me connecter avec mon mot de passe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing_on_the_pages_of_passkeys(
    visit: Visit, served_app: Flask, width: int, scheme: str
) -> None:
    visitor = at_localhost(visit(width, scheme))
    with_authenticator(visitor.page)
    email = open_account(visitor, served_app)
    found = []
    page = visitor.open("/compte/cles")
    page.get_by_label("Nom de la clé").fill("Téléphone")
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    found += faults_here(visitor, "a key to make")
    page.get_by_role("button", name="Enregistrer la clé").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    visitor.open("/compte/cles")
    found += faults_here(visitor, "one key")
    page = leave(visitor)
    sign_in(page, email)
    found += faults_here(visitor, "a key asked for")
    assert visitor.overflow() <= 0
    assert not found, "\n".join(found)
