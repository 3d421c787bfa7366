"""What people come to do, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Visit


pytestmark = pytest.mark.browser
PRACTICE = "/bonnes-pratiques/changer-de-siret"


def press_until(page: Page, key: str, selector: str, most: int = 60) -> None:
    """Press a key until the focus is on what `selector` names."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
    pytest.fail(f"{selector} is not reached by {key}")


def test_a_newcomer_checks_a_siret_inside_the_practice(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open(PRACTICE)
    frame = page.locator(".tool-frame", has_text="Vérifier un SIRET").first
    frame.scroll_into_view_if_needed()
    frame.get_by_label("Numéro SIRET").fill("732 829 320 00075")
    frame.get_by_role("button", name="Vérifier").click()
    expect(frame.get_by_role("alert")).to_contain_text("5 derniers")
    expect(frame.get_by_label("Numéro SIRET")).to_have_value("732 829 320 00075")
    frame.get_by_label("Numéro SIRET").fill("732 829 320 00074")
    frame.get_by_role("button", name="Vérifier").click()
    expect(frame.get_by_text("Ce SIRET est bien formé")).to_be_visible()
    expect(frame.locator("[data-focus]")).to_be_focused()
    assert page.url.endswith(PRACTICE)
    assert visitor.faults() == []


def test_the_same_without_a_script(visit: Visit) -> None:
    page = visit(scripts=False).open(PRACTICE)
    page.locator(".tool-frame a.fr-link").first.click()
    page.get_by_label("Numéro SIRET").fill("73282932000074")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text("Ce SIRET est bien formé")).to_be_visible()


def test_the_same_by_keyboard_alone(visit: Visit) -> None:
    page = visit().open("/outils/verifier-siret")
    press_until(page, "Tab", "#siret")
    page.keyboard.type("73282932000074")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ce SIRET est bien formé")).to_be_visible()


def test_the_first_tab_leads_to_the_content(visit: Visit) -> None:
    page = visit().open("/guides/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Contenu", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"


def test_search_from_the_home_page(visit: Visit) -> None:
    page = visit().open("/")
    page.get_by_label("Que cherchez-vous").fill("changer de siret")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="ce qu’il faut refaire").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ce qu’il faut refaire")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_menu_is_reached_on_a_phone(visit: Visit, scripts: bool) -> None:
    page = visit(NARROW, scripts=scripts).open("/")
    menu = page.locator("#navigation" if scripts else "#menu-pied")
    if scripts:
        page.get_by_role("button", name="Menu").click()
    else:
        page.get_by_role("banner").get_by_role("link", name="Menu", exact=True).click()
    menu.get_by_role("link", name="Guides").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Guides")


def test_the_theme_is_chosen_and_remembered(visit: Visit) -> None:
    page = visit().open("/")
    theme = page.locator("html")
    expect(theme).to_have_attribute("data-fr-theme", "light")
    page.get_by_role("button", name="Affichage").first.click()
    page.get_by_text("Thème sombre").click()
    expect(theme).to_have_attribute("data-fr-theme", "dark")
    page.reload()
    expect(theme).to_have_attribute("data-fr-theme", "dark")


def test_an_opinion_is_given_at_the_foot_of_a_page(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/guides/verifier-une-signature")
    frame = page.locator(".tool-frame").last
    frame.scroll_into_view_if_needed()
    frame.get_by_text("Oui", exact=True).click()
    frame.get_by_role("button", name="Envoyer mon avis").click()
    expect(frame.get_by_text("Merci")).to_be_visible()
    assert visitor.faults() == []


def test_a_page_past_its_truth_says_so_first(visit: Visit) -> None:
    page = visit().open("/actualites/experimentation-inter-entreprises")
    notice = page.locator(".page-notice")
    expect(notice).to_be_visible()
    above = notice.evaluate(
        "n => n.compareDocumentPosition(document.querySelector('h1')) & Node.DOCUMENT_POSITION_FOLLOWING"
    )
    assert above
    notice.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/guides/" in page.url


def test_the_link_of_a_page_is_copied(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/guides/verifier-une-signature")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copier le lien").click()
    expect(page.locator(".share__said")).to_have_text("Lien copié.")
    assert page.evaluate("navigator.clipboard.readText()").endswith(
        "/guides/verifier-une-signature"
    )


def test_nothing_is_asked_of_another_host(visit: Visit) -> None:
    visitor = visit()
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    for path in ("/", PRACTICE, "/recherche?q=facture"):
        visitor.open(path).wait_for_load_state("networkidle")
    others = [url for url in asked if not url.startswith((visitor.address, "data:"))]
    assert others == []


def test_steps_can_be_linked_to_and_printed(visit: Visit) -> None:
    page = visit().open(PRACTICE + "#etape-3")
    expect(page.locator("#etape-3")).to_be_in_viewport()
    page.emulate_media(media="print")
    expect(page.locator("#etape-3")).to_be_visible()
    expect(page.locator(".fr-header__menu")).to_be_hidden()
    expect(page.locator(".toc--aside")).to_be_hidden()


def test_a_phone_without_a_script_has_a_whole_header(visit: Visit) -> None:
    visitor = visit(NARROW, scripts=False)
    page = visitor.open("/")
    search = page.locator("#recherche-entete").bounding_box()
    assert search is not None
    assert search["width"] > NARROW / 2
    expect(page.get_by_role("link", name="Mon espace").first).to_be_visible()
    assert visitor.overflow() == 0


def test_without_a_script_on_a_phone_the_menu_is_at_the_foot(visit: Visit) -> None:
    """The title stands in the first screen, and one link leads to the menu."""
    visitor = visit(width=NARROW, scripts=False)
    page = visitor.open("/guides/deposer-une-facture")
    title = page.locator("h1").bounding_box()
    assert title is not None
    assert title["y"] < 600
    page.get_by_role("banner").get_by_role("link", name="Menu", exact=True).click()
    assert page.url.endswith("#menu-pied")
    page.locator("#menu-pied").get_by_role("link", name="Formations").click()
    assert page.url.endswith("/formations/")


def test_on_a_phone_the_rows_of_a_wide_table_are_cards(visit: Visit) -> None:
    """No column is out of sight, and a screen reader still hears a table."""
    page = visit(width=NARROW).open("/guides/cadres-de-facturation")
    table = page.locator(".table-stacks").first
    assert table.evaluate("e => e.scrollWidth <= e.clientWidth")
    cell = table.locator("tbody td").first
    box = cell.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= NARROW
    assert table.get_by_role("row").count() > 5
    assert table.get_by_role("cell", name="Fournisseur").count() > 5
    assert cell.evaluate("e => getComputedStyle(e, '::before').content") == '"Qui dépose"'


def test_a_path_is_followed_and_its_ticks_stay_on_the_device(visit: Visit) -> None:
    visitor = visit(width=NARROW)
    page = visitor.open("/parcours/fournisseur")
    page.get_by_role("link", name="Créez votre compte").click()
    page.get_by_label("J’ai fait cette étape").check()
    page.get_by_role("link", name="Reliez-vous à votre entreprise").click()
    expect(page.get_by_text(re.compile(r"Étape 2 sur \d+")).first).to_be_visible()
    page.locator(".travel-line a").click()
    expect(page.get_by_label("Fait : Créez votre compte")).to_be_checked()
    expect(page.locator("[data-done]")).to_contain_text(re.compile(r"1 étape sur \d+"))
    assert (visitor.overflow(), visitor.faults()) == (0, [])


def test_a_path_is_followed_without_a_script(visit: Visit) -> None:
    page = visit(scripts=False, width=NARROW).open("/parcours/fournisseur")
    page.get_by_role("link", name="Créez votre compte").click()
    page.get_by_role("link", name="Reliez-vous à votre entreprise").click()
    expect(page.get_by_text(re.compile(r"Étape 2 sur \d+")).first).to_be_visible()
    expect(page.locator(".tick")).to_be_hidden()


def test_what_is_new_since_the_last_visit_is_shown_to_who_came_before(visit: Visit) -> None:
    page = visit().open("/")
    expect(page.locator(".home__since")).to_be_hidden()
    page.evaluate("""localStorage.setItem("visites", '{"last": "2026-11-01"}')""")
    page.reload()
    expect(page.get_by_role("heading", name="Nouveau depuis votre visite")).to_be_visible()
    page.get_by_role("button", name="L’oublier").click()
    expect(page.locator(".home__since")).to_be_hidden()
    assert page.evaluate("localStorage.getItem('visites')") is None
