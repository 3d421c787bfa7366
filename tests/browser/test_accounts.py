"""An account in a real browser: the journey, and axe on every page of it."""

import secrets

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from communaute.domain import clock
from communaute.domain.accounts import roles
from communaute.extensions import db
from communaute.models import Role, User
from tests.browser.axe import VIEWS, faults_here
from tests.browser.conftest import NARROW, Visit, Visitor
from tests.browser.mailbox import linked


pytestmark = pytest.mark.browser
PASSWORD = "quatre mots faciles a retenir"
PUBLIC = (
    "/compte/connexion",
    "/compte/inscription",
    "/compte/inscription/suite",
    "/compte/confirmation",
    "/compte/confirmation/faux",
    "/compte/mot-de-passe-oublie",
    "/compte/mot-de-passe-oublie/faux",
    "/gestion/boite-d-envoi",
)
OWN = (
    "/compte/",
    "/compte/profil",
    "/compte/adresse",
    "/compte/contact",
    "/compte/mot-de-passe",
    "/compte/second-facteur",
    "/compte/cles",
    "/compte/appareils",
    "/compte/codes-de-secours",
    "/compte/verifier",
    "/compte/effacer",
)

STAFF = (
    "/gestion/",
    "/gestion/roles",
    "/gestion/courriels?adresse=personne@exemple.example",
    "/gestion/journal",
)


def open_account(visitor: Visitor, app: Flask) -> str:
    email = f"p{secrets.token_hex(5)}@exemple.example"
    page = visitor.open("/compte/inscription")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Créer mon compte").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ouvrez votre messagerie")
    visitor.open(linked(app, email))
    page.get_by_role("button", name="Confirmer mon adresse").click()
    expect(page.get_by_text("Votre adresse est confirmée")).to_be_visible()
    sign_in(page, email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon espace")
    return email


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


def authenticator(page: Page) -> pyotp.TOTP:
    """The application that has photographed the drawing of this page."""
    return pyotp.TOTP(page.locator("code.key").inner_text().replace("-", ""))


def become_administrator(visitor: Visitor, app: Flask) -> None:
    """With an account, a second factor and the role, signed in."""
    email = open_account(visitor, app)
    page = visitor.open("/compte/second-facteur")
    page.get_by_role("button", name="Commencer").click()
    totp = authenticator(page)
    page.get_by_label("Code à six chiffres").fill(totp.now())
    present = totp.timecode(clock.now())
    page.get_by_role("button", name="Mettre en place").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == email)).one()
        roles.grant(db.session(), user, Role.ADMINISTRATOR, now=clock.now())
        db.session.commit()
    visitor.open("/compte/connexion")
    sign_in(page, email)
    # The code of the next half minute: each serves once.
    page.get_by_label("Code à six chiffres").fill(str(totp.generate_otp(present + 1)))
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon espace")


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing_on_any_page_of_management(
    visit: Visit, served_app: Flask, width: int, scheme: str
) -> None:
    visitor = visit(width, scheme)
    become_administrator(visitor, served_app)
    found = []
    for path in STAFF:
        visitor.open(path)
        found += faults_here(visitor, path)
    page = visitor.open("/gestion/roles")
    page.get_by_role("button", name="Donner ce rôle").click()
    found += faults_here(visitor, "a role refused")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_header_to_an_account_with_a_second_factor(
    visit: Visit, served_app: Flask, scripts: bool
) -> None:
    visitor = visit(scripts=scripts)
    page = visitor.open("/")
    page.get_by_role("link", name="Mon espace").first.click()
    expect(page.get_by_text("Connectez-vous pour ouvrir cette page.")).to_be_visible()
    email = open_account(visitor, served_app)
    page.get_by_role("link", name="La mettre en place").click()
    page.get_by_role("button", name="Commencer").click()
    expect(page.get_by_role("img", name="Code QR")).to_be_visible()
    page.get_by_label("Code à six chiffres").fill(authenticator(page).now())
    page.get_by_role("button", name="Mettre en place").click()
    page.get_by_role("button", name="Afficher mes codes de secours").click()
    code = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="Aller à mon espace").click()
    page.get_by_role("button", name="Se déconnecter", exact=True).click()
    sign_in(page, email)
    page.get_by_role("link", name="Donnez un code de secours").click()
    page.get_by_label("Code de secours").fill(code)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon espace")
    if scripts:
        assert visitor.faults() == []


def test_a_mistake_is_said_beside_the_field_and_takes_the_focus(visit: Visit) -> None:
    page = visit(NARROW).open("/compte/inscription")
    page.get_by_label("Adresse électronique").fill("moi")
    page.get_by_label("Mot de passe").fill("court")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Adresse électronique")).to_have_value("moi")
    page.locator(".error-summary").get_by_role("link").first.click()
    expect(page.get_by_label("Adresse électronique")).to_be_focused()


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing_on_any_page_of_an_account(
    visit: Visit, served_app: Flask, width: int, scheme: str
) -> None:
    visitor = visit(width, scheme)
    found = []
    for path in PUBLIC:
        visitor.open(path)
        found += faults_here(visitor, path)
    page = visitor.open("/compte/connexion")
    page.get_by_role("button", name="Se connecter").click()
    found += faults_here(visitor, "refused")
    open_account(visitor, served_app)
    for path in OWN:
        visitor.open(path)
        found += faults_here(visitor, path)
    visitor.open("/compte/second-facteur").get_by_role("button", name="Commencer").click()
    found += faults_here(visitor, "QR code")
    assert not found, "\n".join(found)
