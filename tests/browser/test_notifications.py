"""Notifications in a real browser: each state read by axe, by keyboard, without a script, on a phone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from communaute.domain import clock
from communaute.domain.notifications import leaving
from communaute.domain.structures.events import EventKind, happened
from communaute.extensions import db
from communaute.models import Delivery, DeliveryState, Membership, User
from communaute.wiring import current
from tests.browser.axe import VIEWS, faults_here
from tests.browser.conftest import NARROW, WIDE, Visit, Visitor
from tests.browser.mailbox import linked, mailed
from tests.browser.test_accounts import open_account
from tests.structures import worlds


pytestmark = pytest.mark.browser
TOOL, LIST, NOTHING = (
    "/outils/notifications",
    "/compte/notifications",
    "/compte/notifications/je-ne-recois-rien",
)
FOLLOW = f"{TOOL}/suivre?page=/guides/deposer-une-facture"
EVERYBODY = (
    TOOL,
    f"{TOOL}?essai=1&heure=3",
    f"{TOOL}?essai=1&rythme=semaine&heure=8&prochaines=y",
    "/courriel",
    "/courriel?code=abc",
    "/courriel?code=ABCD-EFG9",
    FOLLOW,
    f"{FOLLOW}&demande=1",
    f"{TOOL}/suivre?formation=creer-son-compte",
    f"{TOOL}/suivis/faux",
    f"{TOOL}/quitter/faux",
)


def busy(app: Flask, email: str) -> str:
    """Give a person a week of events; the path that their mails are left by."""
    with app.app_context():
        session = db.session()
        user = session.scalars(select(User).where(User.email == email)).one()
        made = worlds.structure(session, principal=user)
        own = select(Membership).where(Membership.user_id == user.id)
        for membership in session.scalars(own):
            membership.asked_at = clock.now() - timedelta(days=60)
            membership.decided_at = None
        for hours in range(1, 25):
            at = clock.now() - timedelta(hours=hours)
            happened(session, EventKind.SPACE_OPENED, made.id, at)
        session.commit()
        return leaving.link(current.settings().secret_key, "", user.id)


def states(app: Flask, visitor: Visitor) -> Iterator[str]:
    """Walk through one's own pages, from a box that is off to a link that has been used."""
    page = visitor.page
    email = open_account(visitor, app)
    leave = busy(app, email)
    for path in (TOOL, LIST, f"{LIST}?lu=non", NOTHING, leave):
        visitor.open(path)
        yield path
    visitor.open(TOOL)
    page.get_by_text("Choisir ce que je reçois, et quand").click()
    yield "settings unfolded"
    page.get_by_label("Recevoir les notifications périodiques").check(force=True)
    expect(page.get_by_text("C’est enregistré")).to_be_visible()
    yield "box on"
    visitor.open(NOTHING)
    page.get_by_role("button", name="Envoyer un courriel d’essai").click()
    page.wait_for_url(f"**{NOTHING}#essai")
    yield "test mail asked"
    visitor.open(LIST)
    page.get_by_role("button", name="Obtenir l’adresse").click()
    page.wait_for_url(f"**{LIST}#flux")
    yield "feed open"
    page.get_by_role("button", name="Tout marquer comme lu").click()
    expect(page.get_by_text("Tout est marqué comme lu")).to_be_visible()
    yield "all read"
    visitor.open(FOLLOW)
    yield "follow with an account"
    page.get_by_role("button", name="Me prévenir").click()
    page.wait_for_url(f"**{TOOL}#suivis")
    yield "followed"
    visitor.open(leave)
    yield "to leave"
    page.get_by_role("button", name="Arrêter").click()
    page.wait_for_url("**?fait=1")
    yield "left"


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing_in_any_state(
    visit: Visit, served_app: Flask, width: int, scheme: str
) -> None:
    visitor, found = visit(width, scheme), list[str]()
    for path in EVERYBODY:
        visitor.open(path)
        found += faults_here(visitor, path)
    for state in states(served_app, visitor):
        found += faults_here(visitor, state)
    assert not found, "\n".join(found)


def follow_without_account(app: Flask, visitor: Visitor, email: str) -> str:
    """Ask from the page, as far as the mail; the page that it leads to."""
    page = visitor.open("/guides/deposer-une-facture")
    page.get_by_role("link", name="Me prévenir quand cette page change").click()
    page.get_by_label("Votre adresse électronique").fill(email)
    page.get_by_role("button", name="Recevoir le courriel de confirmation").click()
    expect(page.get_by_text("Regardez vos courriels")).to_be_visible()
    return linked(app, email)


@pytest.mark.parametrize(("width", "scripts"), [(WIDE, True), (NARROW, False)])
def test_a_page_is_followed_and_left_without_an_account(
    visit: Visit, served_app: Flask, width: int, scripts: bool
) -> None:
    visitor = visit(width, scripts=scripts)
    page = visitor.page
    own = follow_without_account(served_app, visitor, f"suivi{width}@exemple.example")
    visitor.open(own)
    found = faults_here(visitor, "to confirm") if scripts else []
    page.get_by_role("button", name="Confirmer mon choix").click()
    expect(page.get_by_text("Vous serez prévenu à")).to_be_visible()
    found += faults_here(visitor, "confirmed") if scripts else []
    page.get_by_role("button", name="Ne plus rien suivre").click()
    expect(page.get_by_text("Vous ne suivez rien")).to_be_visible()
    found += faults_here(visitor, "stopped") if scripts else []
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_role("heading", name="Vous suivez", exact=True)).to_be_visible()
    assert not found, "\n".join(found)
    assert page.context.cookies(visitor.address) == []
    assert scripts or visitor.overflow() <= 0


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until an element has the focus: nothing is out of reach of a keyboard."""
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement?.matches({wanted!r})"):
            return
    raise AssertionError(f"{wanted} is not reached")


def test_the_settings_by_keyboard(visit: Visit, served_app: Flask) -> None:
    visitor = visit(NARROW)
    open_account(visitor, served_app)
    page = visitor.open(TOOL)
    tab_to(page, "input[name=recevoir]")
    page.keyboard.press("Space")
    expect(page.get_by_text("C’est enregistré")).to_be_visible()
    assert page.evaluate("document.activeElement.name") == "recevoir", "the focus has not moved"
    tab_to(page, "details:has(form) > summary")
    page.keyboard.press("Enter")
    tab_to(page, "select[name=rythme]")
    page.keyboard.press("End")
    expect(page.locator("#notifications-semaine-titre")).to_be_visible()
    tab_to(page, "form[action$='/reglages'] button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Vos réglages sont enregistrés")).to_be_visible()
    expect(page.get_by_text("chaque lundi")).to_be_visible()


def test_without_a_script_the_box_has_its_button(visit: Visit, served_app: Flask) -> None:
    visitor = visit(NARROW, scripts=False)
    page = visitor.page
    open_account(visitor, served_app)
    visitor.open(TOOL)
    page.get_by_label("Recevoir les notifications périodiques").check(force=True)
    page.get_by_role("button", name="Enregistrer la case").click()
    expect(page.get_by_text("chaque jour ouvré à 8")).to_be_visible()
    page.get_by_text("Choisir ce que je reçois, et quand").click()
    page.get_by_role("button", name="Voir la semaine dernière").click()
    expect(page.locator("#notifications-semaine-titre")).to_be_visible()
    assert visitor.overflow() <= 0


def test_a_code_that_is_ours_is_read_by_axe_too(visit: Visit, served_app: Flask) -> None:
    visitor = visit(NARROW)
    follow_without_account(served_app, visitor, "code@exemple.example")
    code = mailed(served_app, "code@exemple.example").code
    with served_app.app_context():
        mail = db.session.scalars(select(Delivery).where(Delivery.code == code)).one()
        mail.state = DeliveryState.SENT
        db.session.commit()
    visitor.open(f"/courriel?code={code}")
    expect(visitor.page.get_by_text("est celui d’un de nos courriels")).to_be_visible()
    assert not faults_here(visitor, "a code of ours")
