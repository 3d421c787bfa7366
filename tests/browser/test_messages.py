"""« Mes messages » in a real browser: with and without a script, by keyboard, on a phone, read by axe."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import VIEWS, faults_here
from tests.browser.conftest import NARROW, WIDE, Visit, Visitor


pytestmark = pytest.mark.browser
TOOL = "/outils/messages"


def press(page: Page, name: str, lands: str) -> None:
    """Reach a button by keyboard and press it; the address it leads to."""
    button = page.get_by_role("button", name=name, exact=False).first
    button.focus()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(lands)


def begin(visitor: Visitor) -> Page:
    """The practice, from the tool."""
    page = visitor.open(TOOL)
    press(page, "S’exercer sans compte", "**/envoyes")
    return page


def write(page: Page) -> None:
    """From the company's messages to the preview."""
    page.get_by_role("link", name="Écrire un message").first.click()
    press(page, "Écrire sans modèle", "**/brouillons/*")
    page.locator("#objet").fill("Nouveau code service")
    page.locator("#texte").fill("Employez **S042**.\n\n- dès demain")
    page.locator("#service").select_option("ATELIER")


@pytest.mark.parametrize(("width", "scripts"), [(WIDE, True), (NARROW, False)])
def test_written_sent_and_read_on_the_other_side(visit: Visit, width: int, scripts: bool) -> None:
    visitor = visit(width, scripts=scripts)
    page = begin(visitor)
    write(page)
    if scripts:
        expect(page.locator("#destinataires")).to_contain_text("service ATELIER")
    press(page, "Enregistrer et voir l’aperçu", "**/apercu")
    expect(page.locator(".letter__text strong")).to_have_text("S042")
    press(page, "Envoyer à", "**/envoyes/*")
    press(page, "Rappeler le message", "**/brouillons/*")
    press(page, "Enregistrer et voir l’aperçu", "**/apercu")
    press(page, "Envoyer à", "**/envoyes/*")
    press(page, "Faire passer les dix minutes", "**/envoyes/*")
    expect(page.get_by_role("heading", name="Envoyé", exact=True)).to_be_visible()
    page.get_by_role("link", name="Le voir arriver").click()
    page.locator(".lines a").first.click()
    if not scripts:
        press(page, "J’ai lu", "**/recus/*")
    expect(page.locator("#etat-lu")).to_contain_text("Lu par votre structure")
    assert visitor.faults() == []


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing(visit: Visit, width: int, scheme: str) -> None:
    visitor = visit(width, scheme)
    page = begin(visitor)
    found = faults_here(visitor, "sent list")
    page.get_by_role("link", name="Écrire un message").first.click()
    found += faults_here(visitor, "choose")
    press(page, "Partir de ce texte", "**/brouillons/*")
    found += faults_here(visitor, "draft")
    page.locator("#valable").fill("demain")
    press(page, "Enregistrer le brouillon", "**/brouillons/*")
    expect(page.get_by_role("alert")).to_be_visible()
    found += faults_here(visitor, "draft refused")
    page.go_back()
    write(page)
    press(page, "Enregistrer et voir l’aperçu", "**/apercu")
    found += faults_here(visitor, "preview")
    press(page, "Envoyer à", "**/envoyes/*")
    found += faults_here(visitor, "prepared")
    press(page, "Faire passer", "**/envoyes/*")
    expect(page.get_by_role("heading", name="Envoyé", exact=True)).to_be_visible()
    found += faults_here(visitor, "sent")
    page.get_by_role("link", name="Le voir arriver").click()
    found += faults_here(visitor, "inbox")
    page.locator(".lines a").first.click()
    page.locator("summary").click()
    found += faults_here(visitor, "received")
    assert not found, "\n".join(found)
