"""The change of SIRET in a real browser: by keyboard, without a script, on a phone, read by axe."""

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from communaute.domain.structures.numbers import PRACTICE, made_up
from communaute.extensions import db
from communaute.models import Membership, MembershipRole, MembershipState, Structure, User
from tests.browser.axe import VIEWS, faults_here
from tests.browser.conftest import NARROW, WIDE, Visit, Visitor
from tests.browser.test_accounts import open_account
from tests.structures import worlds


pytestmark = pytest.mark.browser
TOOL = "/outils/changement-siret"
NEW = made_up(PRACTICE, 101, 2).digits
COMPANY = "Manufacture Imaginaire"


def press(page: Page, name: str | re.Pattern[str], lands: str) -> None:
    """A button of a step, and the address it leads to."""
    page.get_by_role("button", name=name).click()
    page.wait_for_url(lands)


def begin(visitor: Visitor) -> Page:
    """From the home page to the first step."""
    page = visitor.open("/")
    page.get_by_role("link", name="Changer de SIRET", exact=True).click()
    press(page, "S’exercer sans compte", f"**{TOOL}/entrainement")
    return page


def walk(page: Page, to: int) -> None:
    """The steps after the first, up to the one named; 6 is the page that is checked."""
    press(page, re.compile("^Crayon"), "**/etape-2")
    if to > 2:
        press(page, "Modifier l’identifiant", "**/etape-3")
    if to > 3:
        press(page, "Confirmer", "**/etape-4")
    if to > 4:
        page.locator("#siret").fill(NEW)
        press(page, "Continuer", "**/etape-5")
    if to > 5:
        press(page, "Valider", "**/relecture")


@pytest.mark.parametrize(("width", "scripts"), [(WIDE, True), (WIDE, False), (NARROW, False)])
def test_a_newcomer_rehearses_from_the_home_page_to_the_receipt_and_back(
    visit: Visit, width: int, scripts: bool
) -> None:
    visitor = visit(width, scripts=scripts)
    page = begin(visitor)
    expect(page.get_by_text("Étape 1 sur 5")).to_be_visible()
    walk(page, 6)
    expect(page.get_by_role("heading", name="Avant", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Après", exact=True)).to_be_visible()
    press(page, re.compile(f"^Changer le SIRET de {COMPANY}"), "**/recu/**")
    expect(page.get_by_role("heading", name=re.compile("est changé"))).to_be_visible()
    page.get_by_label(re.compile("^1. Mandat de facturation")).check(force=True)
    page.get_by_role("button", name="Enregistrer ce qui est fait").click()
    page.wait_for_url("**#a-faire")
    page.reload()
    expect(page.get_by_label(re.compile("^1. Mandat de facturation"))).to_be_checked()
    page.get_by_role("link", name="voir l’ancienne et ses factures en cours").click()
    expect(page.get_by_text("Cette structure a changé de SIRET")).to_be_visible()
    page.get_by_role("link", name="Voir le reçu").click()
    press(page, "Annuler ce changement", f"**{TOOL}/entrainement")
    expect(page.get_by_text("Tout est comme avant")).to_be_visible()
    press(page, "Quitter et tout effacer", f"**{TOOL}?fini=1")
    assert page.context.cookies(visitor.address) == [] or not any(
        cookie["name"] == "entrainement" for cookie in page.context.cookies()
    )
    if scripts:
        assert visitor.faults() == []


def test_the_receipt_and_its_reminders_are_downloaded(visit: Visit, tmp_path: Path) -> None:
    page = begin(visit())
    walk(page, 6)
    press(page, re.compile("^Changer le SIRET"), "**/recu/**")
    for name, start in (("Télécharger le reçu (PDF)", b"%PDF-"), (re.compile("agenda"), b"BEGIN:")):
        with page.expect_download() as given:
            page.get_by_role("link", name=name).click()
        path = tmp_path / given.value.suggested_filename
        given.value.save_as(path)
        assert path.read_bytes().startswith(start)


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus says these words."""
    for _ in range(80):
        page.keyboard.press("Tab")
        here = "document.activeElement.innerText || document.activeElement.id || ''"
        if words in str(page.evaluate(here)):
            return
    raise AssertionError(f"Tab never reaches {words}")


def test_the_whole_change_by_keyboard_alone(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open(TOOL)
    tab_to(page, "S’exercer sans compte")
    page.keyboard.press("Enter")
    page.wait_for_url("**/entrainement")
    for words, lands in (
        ("Crayon", "**/etape-2"),
        ("Modifier l’identifiant", "**/etape-3"),
        ("Confirmer", "**/etape-4"),
    ):
        tab_to(page, words)
        if words == "Confirmer":
            # The step's own name comes first, in the path; the button is further.
            tab_to(page, words) if page.evaluate("document.activeElement.tagName") == "A" else None
        page.keyboard.press("Enter")
        page.wait_for_url(lands)
        # The swap has settled: what is read out is the new step.
        expect(page.locator("[data-focus]")).to_be_focused()
    tab_to(page, "siret")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#siret")).to_be_focused()
    expect(page.locator("#siret")).to_have_value("12")
    page.keyboard.press("Control+A")
    page.keyboard.type(NEW)
    page.keyboard.press("Enter")
    page.wait_for_url("**/etape-5")
    expect(page.locator("[data-focus]")).to_be_focused()
    tab_to(page, "Valider")
    page.keyboard.press("Enter")
    page.wait_for_url("**/relecture")
    expect(page.locator("[data-focus]")).to_be_focused()
    tab_to(page, "Changer le SIRET de")
    page.keyboard.press("Enter")
    page.wait_for_url("**/recu/**")
    expect(page.get_by_role("heading", name=re.compile("est changé"))).to_be_visible()
    assert visitor.faults() == []


def test_back_and_forward_of_the_browser_lose_nothing(visit: Visit) -> None:
    page = begin(visit())
    walk(page, 4)
    page.locator("#siret").fill("000 001 0")
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("#siret-erreur")).to_be_visible()
    page.get_by_role("link", name="Étape précédente").click()
    expect(page.get_by_text("Étape 3 sur 5")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Étape 4 sur 5")).to_be_visible()
    expect(page.locator("#siret")).to_have_value("000 001 0")
    title = page.title()
    assert title.startswith(("Étape 4 sur 5", "Erreur"))
    page.goto(page.url.split("/etape")[0])
    expect(page.get_by_text("Étape 4 sur 5")).to_be_visible()


def test_the_practice_is_opened_from_the_page_that_embeds_it(visit: Visit) -> None:
    page = visit(NARROW).open("/bonnes-pratiques/changer-de-siret")
    frame = page.locator(".tool-frame").filter(has_text="Changer de SIRET")
    frame.scroll_into_view_if_needed()
    frame.get_by_role("button", name="S’exercer sans compte").click()
    page.wait_for_url("**/entrainement")
    expect(page.get_by_role("heading", level=1)).to_have_text("S’exercer à changer de SIRET")


def test_who_is_signed_out_meanwhile_is_asked_to_sign_in_not_shown_a_page_in_a_page(
    visit: Visit, served_app: Flask
) -> None:
    visitor = visit()
    visitor.open("/compte/structures/")
    page = visitor.page
    mine, _ = structures_of(served_app, open_account(visitor, served_app))
    visitor.open(f"{TOOL}/structures")
    press(page, re.compile("^Crayon"), "**/etape-2")
    page.context.clear_cookies()
    page.get_by_role("button", name="Modifier l’identifiant").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")
    expect(page.get_by_role("main")).to_have_count(1)
    assert f"{mine}" in page.url


def structures_of(app: Flask, email: str) -> list[int]:
    """A structure managed with a request to decide, one where a plain user, one replaced never."""
    with app.app_context():
        session = db.session()
        me = session.scalars(select(User).where(User.email == email)).one()
        mine, theirs = worlds.structure(session), worlds.structure(session)
        worlds.attach(session, me, mine, MembershipRole.PRINCIPAL)
        worlds.attach(session, me, theirs)
        worlds.equip(session, mine)
        asking = worlds.person(session, "Alix Essai")
        worlds.attach(session, asking, mine, state=MembershipState.PENDING)
        worlds.invoice(session, theirs, mine)
        session.commit()
        return [mine.id, theirs.id]


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing_in_any_state_of_the_practice(
    visit: Visit, width: int, scheme: str
) -> None:
    visitor = visit(width, scheme)
    page = visitor.open(TOOL)
    found = faults_here(visitor, "tool")
    press(page, "S’exercer sans compte", "**/entrainement")
    found += faults_here(visitor, "step 1")
    for name, lands in (
        (re.compile("^Crayon"), "**/etape-2"),
        ("Modifier l’identifiant", "**/etape-3"),
        ("Confirmer", "**/etape-4"),
    ):
        press(page, name, lands)
        found += faults_here(visitor, lands)
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("#siret-erreur")).to_be_visible()
    found += faults_here(visitor, "refused")
    page.locator("#siret").fill(NEW)
    press(page, "Continuer", "**/etape-5")
    found += faults_here(visitor, "step 5")
    press(page, "Valider", "**/relecture")
    review = page.url
    found += faults_here(visitor, "review")
    press(page, re.compile("^Changer le SIRET"), "**/recu/**")
    found += faults_here(visitor, "receipt")
    receipt = page.url.split("?")[0]
    page.goto(review)
    found += faults_here(visitor, "replaced")
    page.goto(receipt)
    page.get_by_role("link", name="voir l’ancienne et ses factures en cours").click()
    found += faults_here(visitor, "old structure")
    page.get_by_role("link", name="10 en cours").click()
    found += faults_here(visitor, "invoices")
    page.get_by_role("link", name="BOIS-771").click()
    page.get_by_label(re.compile("^Rejetée")).check(force=True)
    page.get_by_role("button", name="Changer le statut").click()
    expect(page.locator("#motif-erreur")).to_be_visible()
    found += faults_here(visitor, "invoice refused")
    visitor.open(f"{TOOL}?fini=1")
    found += faults_here(visitor, "over")
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing_on_the_pages_of_structures(
    visit: Visit, served_app: Flask, width: int, scheme: str
) -> None:
    visitor = visit(width, scheme)
    visitor.open("/compte/structures/")
    page = visitor.page
    mine, theirs = structures_of(served_app, open_account(visitor, served_app))
    free = worlds.fresh().digits
    with served_app.app_context():
        own = select(Membership.id).where(
            Membership.structure_id == mine, Membership.role == MembershipRole.PRINCIPAL
        )
        person = db.session.scalars(own).one()
        known = db.session.get_one(Structure, theirs).siret
    found = []
    for path in (
        "/compte/structures/",
        "/compte/structures/ajouter",
        "/compte/structures/ajouter?siret=12",
        f"/compte/structures/ajouter?siret={free}",
        f"/compte/structures/ajouter?siret={known}",
        f"/compte/structures/{mine}/demandes",
        f"/compte/structures/{mine}/personnes",
        f"/compte/structures/{mine}/personnes/{person}",
        f"/compte/structures/{theirs}",
        f"{TOOL}/structures",
        f"{TOOL}/{theirs}/etape-2",
    ):
        visitor.open(path)
        found += faults_here(visitor, path)
    visitor.open(f"/compte/structures/{mine}")
    for summary in page.locator("main details > summary").all():
        summary.click()
    found += faults_here(visitor, "sheet, all open")
    page.get_by_role("button", name="Ajouter le service").click()
    expect(page.locator("#code-erreur")).to_be_visible()
    found += faults_here(visitor, "sheet refused")
    assert not found, "\n".join(found)
