"""Searching, in a real browser: by keyboard, without a script, back and forth."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.axe import VIEWS, faults_here
from tests.browser.conftest import NARROW, Visit


pytestmark = pytest.mark.browser
FIELD = "#recherche-page-champ"
OPTION = "[role=option]"


def type_in(page: Page, field: str, words: str) -> None:
    """Type as people do, a key at a time, and wait for the list."""
    page.locator(field).press_sequentially(words)
    expect(page.locator(f"{field} ~ .suggestions {OPTION}").first).to_be_visible()


def option_named(page: Page, field: str) -> str:
    """What the field says is active in its list."""
    active = page.locator(field).get_attribute("aria-activedescendant")
    return page.locator(f"#{active} .suggestion__title").inner_text() if active else ""


def test_a_suggestion_is_chosen_by_keyboard_alone(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/")
    field = "#recherche-accueil-champ"
    page.locator(field).focus()
    type_in(page, field, "changer de siret")
    combobox = page.get_by_role("combobox", name="Que cherchez-vous")
    expect(combobox).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#recherche-accueil-annonce")).to_contain_text("suggestions")
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"{OPTION}[aria-selected=true]")).to_have_count(1)
    title = option_named(page, field)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert visitor.faults() == []


def test_the_arrows_go_round_through_the_field(visit: Visit) -> None:
    page = visit().open("/recherche")
    page.locator(FIELD).focus()
    type_in(page, FIELD, "code service")
    count = page.locator(f"{FIELD} ~ .suggestions {OPTION}").count()
    page.keyboard.press("ArrowUp")
    expect(page.locator(OPTION).nth(count - 1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"{OPTION}[aria-selected=true]")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(page.locator(OPTION).first).to_have_attribute("aria-selected", "true")


def test_escape_closes_the_list_and_keeps_the_words(visit: Visit) -> None:
    page = visit().open("/recherche")
    page.locator(FIELD).focus()
    type_in(page, FIELD, "code service")
    page.keyboard.press("Escape")
    expect(page.locator("#recherche-page-suggestions")).to_be_hidden()
    expect(page.locator(FIELD)).to_have_value("code service")
    expect(page.locator(FIELD)).to_have_attribute("aria-expanded", "false")


def test_an_answer_that_comes_after_escape_stays_unseen(visit: Visit) -> None:
    page = visit().open("/recherche")
    page.locator(FIELD).focus()
    type_in(page, FIELD, "code")
    held: list[Route] = []
    page.route("**/suggestions?q=code%20service", lambda route: held.append(route))
    with page.expect_request("**/suggestions?q=code%20service"):
        page.locator(FIELD).press_sequentially(" service")
    page.keyboard.press("Escape")
    with page.expect_response("**/suggestions?q=code%20service"):
        held[0].continue_()
    every = page.locator("#recherche-page-suggestions")
    expect(every.locator(OPTION).last).to_contain_text("« code service »")
    expect(every).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(every).to_be_visible()


def test_enter_without_a_choice_searches_and_the_count_takes_the_focus(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/recherche")
    page.locator(FIELD).focus()
    page.locator(FIELD).press_sequentially("délai de paiement")
    page.keyboard.press("Enter")
    expect(page.locator("#resultats-titre")).to_contain_text("résultats pour")
    expect(page.locator("#resultats-titre")).to_be_focused()
    expect(page).to_have_title("délai de paiement : Recherche – Communauté Chorus Pro")
    expect(page.locator("#recherche-page-suggestions")).to_be_hidden()
    assert visitor.faults() == []


def test_back_and_forward_keep_words_filters_and_page(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/recherche?q=facture")
    page.locator(".facets--aside").get_by_role("link", name="Guides").click()
    expect(page.locator(".chosen-filters")).to_contain_text("Guides")
    page.locator(".fr-pagination").get_by_title("Page 2", exact=True).click()
    expect(page.locator("#resultats-titre")).to_contain_text("page 2 sur")
    page.locator(".results__items h3 a").first.click()
    expect(page.locator("#resultats-titre")).to_have_count(0)
    page.go_back()
    expect(page.locator("#resultats-titre")).to_contain_text("page 2 sur")
    expect(page.locator(".chosen-filters")).to_contain_text("Guides")
    expect(page.locator(FIELD)).to_have_value("facture")
    page.go_back()
    expect(page.locator("#resultats-titre")).to_contain_text("page 1 sur")
    expect(page.locator(".chosen-filters")).to_contain_text("Guides")
    page.go_back()
    expect(page.locator(".chosen-filters")).to_have_count(0)
    page.go_forward()
    expect(page.locator(".chosen-filters")).to_contain_text("Guides")
    assert visitor.faults() == []


def test_a_new_search_is_gone_back_from(visit: Visit) -> None:
    page = visit().open("/recherche?q=facture")
    page.locator(FIELD).fill("code service")
    page.get_by_role("main").get_by_role("button", name="Rechercher").click()
    expect(page.locator("#resultats-titre")).to_contain_text("code service")
    page.go_back()
    expect(page.locator("#resultats-titre")).to_contain_text("facture")
    expect(page.locator(FIELD)).to_have_value("facture")


def test_without_a_script_everything_is_links_and_a_form(visit: Visit) -> None:
    page = visit(scripts=False).open("/")
    page.get_by_label("Que cherchez-vous").fill("code service")
    page.get_by_label("Que cherchez-vous").press("Enter")
    expect(page.locator("#recherche-page-suggestions")).to_be_hidden()
    page.locator(".facets--aside").get_by_role("link", name="Questions").click()
    expect(page.locator(".chosen-filters")).to_contain_text("Questions")
    page.locator(".results__items h3 a").first.click()
    assert "/questions/" in page.url


def test_on_a_phone_the_filters_unfold_and_the_header_searches(visit: Visit) -> None:
    visitor = visit(NARROW)
    page = visitor.open("/recherche?q=facture")
    page.locator(".facets--details summary").click()
    page.locator(".facets--details").get_by_role("link", name="Guides").click()
    expect(page.locator(".chosen-filters")).to_contain_text("Guides")
    page.get_by_role("button", name="Rechercher", exact=True).first.click()
    type_in(page, "#recherche-entete-champ", "code serv")
    page.locator(f"#recherche-entete {OPTION}").first.click()
    expect(page.locator("#resultats-titre")).to_have_count(0)
    assert visitor.faults() == []


def marked(page: Page) -> int:
    return int(page.evaluate("CSS.highlights.get('mots-cherches')?.size ?? 0"))


def test_the_words_are_marked_in_the_page_they_lead_to(visit: Visit) -> None:
    page = visit().open("/recherche?q=factures+suspendues")
    page.locator(".results__items h3 a").first.click()
    page.wait_for_load_state()
    assert marked(page) > 0
    visit_again = page.url.partition("#")[0]
    page.goto("about:blank")
    page.goto(visit_again)
    assert marked(page) == 0


def test_the_words_are_marked_by_a_browser_without_the_highlight_api(visit: Visit) -> None:
    page = visit().open("/")
    page.context.add_init_script("Object.defineProperty(CSS, 'highlights', { value: undefined })")
    page.goto(page.url.rstrip("/") + "/recherche?q=notificaton")
    page.locator(".results__items h3 a").first.click()
    expect(page.locator("#contenu mark").first).to_contain_text("notification", ignore_case=True)


def test_the_words_are_marked_after_a_suggestion_too(visit: Visit) -> None:
    page = visit().open("/guides/")
    page.locator("#recherche-entete-champ").focus()
    type_in(page, "#recherche-entete-champ", "suspendue")
    page.locator("#recherche-entete [data-marks]").first.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Guides")
    assert marked(page) > 0


def test_a_mistyped_word_leads_to_its_spelling(visit: Visit) -> None:
    page = visit().open("/recherche?q=notificaton")
    page.get_by_role("link", name="notification", exact=True).click()
    expect(page.locator(FIELD)).to_have_value("notification")


def test_the_tool_of_an_answer_is_used_in_place(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/recherche?q=vérifier+un+siret")
    card = page.locator(".answer")
    card.get_by_label("Numéro SIRET").fill("732 829 320 00074")
    card.get_by_role("button", name="Vérifier").click()
    expect(card.get_by_text("Ce SIRET est bien formé")).to_be_visible()
    assert "/recherche" in page.url
    assert visitor.faults() == []


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing_in_open_suggestions(visit: Visit, width: int, scheme: str) -> None:
    visitor = visit(width, scheme)
    page = visitor.open("/recherche")
    page.locator(FIELD).focus()
    type_in(page, FIELD, "code service")
    page.keyboard.press("ArrowDown")
    assert faults_here(visitor, "suggestions") == []
