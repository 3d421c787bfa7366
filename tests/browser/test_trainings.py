"""A training in a real browser: from the home page to a place, and the organiser's day."""

import re
from collections.abc import Callable
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from communaute.domain import clock
from communaute.wiring import post_office
from tests.browser.axe import VIEWS, faults_here
from tests.browser.conftest import NARROW, WIDE, Visit, Visitor
from tests.trainings.pages.scenes import FORM, Organiser, Scene
from tests.trainings.pages.scenes import Visitor as Person


pytestmark = pytest.mark.browser
DESK = "/gestion/formations"


@pytest.fixture
def scene(served_app: Flask) -> Scene:
    """Dates of this test; pages kept in memory do not know them yet."""
    scene = Scene(served_app)
    served_app.extensions["communaute"].pages.clear()
    return scene


@pytest.fixture
def at_work(visit: Visit, served_app: Flask) -> Callable[..., Visitor]:
    """Make an organiser with a browser."""

    def make(
        width: int = WIDE, scheme: str = "light", scripts: bool = True, touch: bool = False
    ) -> Visitor:
        cookie = Organiser(served_app).at_work().client.get_cookie("session")
        assert cookie is not None
        visitor = visit(width, scheme, scripts, touch)
        visitor.page.context.add_cookies(
            [{"name": "session", "value": cookie.value, "url": visitor.address}]
        )
        return visitor

    return make


def mailed(app: Flask, email: str) -> str:
    """The path of the first link of the last mail that left for an address."""
    with app.app_context():
        post_office.send_due()
    parser = BytesParser(policy=policy.default)
    folder = Path(app.instance_path) / post_office.OUTBOX
    mails = [parser.parsebytes(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]
    own = [mail for mail in mails if email in str(mail["To"])]
    body = own[-1].get_body(("plain",))
    assert body is not None
    found = re.search(r"https?://\S+/outils/inscription/\S+", str(body.get_content()))
    assert found, body.get_content()
    return urlsplit(found[0]).path


def fill(page: Page, email: str, pair: int) -> None:
    """The form, well filled in."""
    page.locator(f"#paire-{pair}").check(force=True)
    page.get_by_label("Prénom et nom").fill("Léa Martin")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Entreprise, administration ou activité").fill("Mairie d’Essai")
    page.get_by_label("J’accepte que ces informations").check(force=True)


@pytest.mark.parametrize(("scripts", "width"), [(True, WIDE), (True, NARROW), (False, NARROW)])
def test_from_home_to_a_place_confirmed_changed_and_cancelled(
    visit: Visit, scene: Scene, scripts: bool, width: int
) -> None:
    slug = scene.slugs()[0]
    pair, other = scene.pair(3, slug=slug, days=1), scene.pair(5, slug=slug, days=40)
    visitor, email = visit(width, scripts=scripts), Person(scene.app).email
    page = visitor.open("/")
    page.get_by_role("heading", name="Prochaines formations gratuites").scroll_into_view_if_needed()
    if scripts:
        expect(page.locator(".seats").first).to_be_visible()
    page.get_by_role("link", name="Toutes les dates et les places").click()
    row = page.locator(".pairs__row", has=page.locator(f"a[href*='paire={pair}']"))
    expect(row.locator(".seats")).to_contain_text("3")
    row.locator(".pairs__title a").click()
    page.get_by_role("link", name="Voir les dates et m’inscrire").click()
    if not scripts:
        page.get_by_role("link", name="ouvrir en pleine page").click()
    page.get_by_role("button", name="Demander ma place").scroll_into_view_if_needed()
    fill(page, email, pair)
    page.get_by_role("button", name="Demander ma place").click()
    expect(page.get_by_text("Une place est tenue jusqu’au")).to_be_visible()
    visitor.open(mailed(scene.app, email))
    page.get_by_role("button", name="Confirmer ma place").click()
    expect(page.get_by_text("votre place est confirmée")).to_be_visible()
    page.get_by_role("link", name="Changer de dates").click()
    page.locator(f"#paire-{other}").check(force=True)
    page.get_by_role("button", name="Prendre ces dates").click()
    expect(page.get_by_text("vos dates sont changées")).to_be_visible()
    page.get_by_role("button", name="Je ne pourrai pas venir à la séance 2").click()
    expect(page.get_by_text("Vous avez prévenu")).to_be_visible()
    page.get_by_role("link", name="Annuler mon inscription").click()
    page.get_by_role("button", name="Annuler mon inscription").click()
    expect(page.get_by_role("heading", name="Vous n’avez plus de place")).to_be_visible()
    assert scene.count(pair, "held", "confirmed") == scene.count(other, "held", "confirmed") == 0
    if scripts:
        assert visitor.faults() == []


def test_a_mistake_keeps_what_was_typed_and_takes_the_focus(visit: Visit, scene: Scene) -> None:
    slug = scene.slugs()[0]
    pair = scene.pair(slug=slug)
    page = visit(NARROW).open(f"{FORM}?formation={slug}")
    fill(page, "pas une adresse", pair)
    page.get_by_label("Numéro SIRET").fill("123")
    page.get_by_role("button", name="Demander ma place").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Prénom et nom")).to_have_value("Léa Martin")
    expect(page.locator(f"#paire-{pair}")).to_be_checked()
    page.locator(".error-summary").get_by_role("link").last.click()
    expect(page.get_by_label("Numéro SIRET")).to_be_focused()


def test_the_form_is_filled_and_sent_by_keyboard_alone(visit: Visit, scene: Scene) -> None:
    slug = scene.slugs()[0]
    pair = scene.pair(slug=slug, days=1)
    visitor = visit()
    page = visitor.open(f"{FORM}?formation={slug}")
    email = Person(scene.app).email
    typed = ["Léa Martin", email, "Mairie", "", "", ""]
    page.locator(f"#paire-{pair}").focus()
    page.keyboard.press("Space")
    for text in typed:
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Tab")  # the summary of needs: left closed
    expect(page.locator(".inscription__needs > summary")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#consentement")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".tool__result")).to_be_focused()
    assert scene.count(pair, "held") == 1


def test_the_hidden_field_is_out_of_reach(visit: Visit, scene: Scene) -> None:
    slug = scene.slugs()[0]
    scene.pair(slug=slug)
    page = visit().open(f"{FORM}?formation={slug}")
    box = page.locator("#site_web").bounding_box()
    assert box is None or box["x"] + box["width"] <= 0


@pytest.mark.parametrize("scripts", [True, False])
def test_an_organiser_creates_moves_and_cancels(
    at_work: Callable[..., Visitor], scene: Scene, scripts: bool
) -> None:
    visitor = at_work(scripts=scripts)
    page = visitor.open(DESK)
    page.get_by_role("link", name="Programmer des séances").first.click()
    page.get_by_label("Formation", exact=True).select_option(scene.slugs()[0])
    first = clock.today() + timedelta(days=33)
    page.get_by_label("Jour de la première séance").fill(f"{first:%Y-%m-%d}")
    page.get_by_label("Heure de début").fill("10:30")
    page.get_by_label("Jour de la seconde séance").fill(f"{first + timedelta(days=2):%Y-%m-%d}")
    page.get_by_label("Combien de fois").fill("2")
    page.get_by_role("button", name="Lire les dates").click()
    expect(page.get_by_role("heading", name="2 dates à créer")).to_be_visible()
    page.get_by_role("button", name="Créer 2 dates").click()
    expect(page.get_by_text("2 dates créées")).to_be_visible()

    pair = scene.pair(days=25)
    person = scene.placed(pair)
    visitor.open(f"{DESK}/{pair}")
    expect(page.get_by_text(person.email)).to_be_visible()
    page.get_by_role("link", name="Changer les dates ou le lien").click()
    page.get_by_label("Heure de début").fill("16:00")
    page.get_by_role("button", name="Voir qui sera prévenu").click()
    expect(page.get_by_role("heading", name="1 personne sera prévenue")).to_be_visible()
    page.get_by_role("button", name="Changer et prévenir 1 personne").click()
    expect(page.get_by_text("1 personne est prévenue par courriel.")).to_be_visible()

    page.get_by_role("link", name="Annuler ces dates").click()
    page.get_by_label("Ce qui s’est passé").fill("La formatrice est malade.")
    page.get_by_role("button", name="Relire le courriel").click()
    expect(page.locator(".desk-mail")).to_contain_text("La formatrice est malade.")
    page.get_by_role("button", name="Annuler et prévenir 1 personne").click()
    expect(page.get_by_text("Ces dates sont annulées.")).to_be_visible()
    if scripts:
        assert visitor.faults() == []


def states(scene: Scene) -> list[str]:
    """An address for each state of each page that has no account."""
    slug, webinar = scene.slugs()[0], scene.slugs()[-1]
    full, free = scene.pair(1, slug=scene.slugs()[1]), scene.pair(slug=slug)
    confirmed, held, waiting = scene.placed(free), scene.visitor(), scene.visitor()
    held_at, owner = held.ask(free).location, scene.placed(full)
    listed_at = waiting.ask(full).location
    offered, gone = scene.visitor(), scene.placed(free)
    offered.ask(full)
    gone.press(gone.own("/annuler"))
    waiting.press(waiting.own("/quitter"))
    owner.press(owner.own("/annuler"))
    scene.pair(slug=webinar)
    past = scene.pair(slug=slug, days=2)
    attended = scene.placed(past)
    scene.shift(past, days=-40)
    scene.app.extensions["communaute"].pages.clear()
    return [
        "/formations/",
        f"/formations/{slug}",
        f"/formations/{webinar}",
        "/formations/seances",
        "/formations/seances?mois=1900-01",
        "/formations/prochaines",
        FORM,
        f"{FORM}?formation=inconnue",
        f"{FORM}?formation={slug}",
        f"{FORM}?formation={scene.slugs()[1]}",
        held_at,
        listed_at,
        *(confirmed.own(rest) for rest in ("", "/changer", "/annuler", "/effacer", "/confirmer")),
        *(held.own(rest) for rest in ("", "/confirmer")),
        *(offered.own(rest) for rest in ("", "/proposition", "/quitter")),
        waiting.own(),
        gone.own(),
        *(attended.own(rest) for rest in ("", "/avis", "/attestation.pdf")),
        f"{FORM}/faux",
        "/recherche?q=formation+gratuite",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing_on_any_state_of_a_training(
    visit: Visit, scene: Scene, width: int, scheme: str
) -> None:
    visitor = visit(width, scheme)
    found = []
    for path in states(scene):
        page = visitor.open(path)
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        found += faults_here(visitor, path)
    page = visitor.open(f"{FORM}?formation={scene.slugs()[0]}")
    page.get_by_role("button", name="Demander ma place").click()
    expect(page.locator(".error-summary")).to_be_focused()
    found += faults_here(visitor, "refused")
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing_on_any_page_of_the_desk(
    at_work: Callable[..., Visitor], scene: Scene, width: int, scheme: str
) -> None:
    visitor = at_work(width, scheme)
    slug, pair = scene.slugs()[1], scene.pair(1, slug=scene.slugs()[1])
    scene.placed(pair, accessibilite="Sous-titres", consentement_accessibilite="oui")
    scene.visitor().ask(pair)
    past = scene.pair(days=2)
    scene.placed(past)
    scene.shift(past, days=-40)
    paths = ["", "?passees=oui", "/programmer", "/non-remis", "/statistiques", f"/attente/{slug}"]
    paths += [f"/{pair}", f"/{past}", f"/{pair}/deplacer", f"/{pair}/annuler"]
    found = []
    for path in paths:
        visitor.open(DESK + path)
        found += faults_here(visitor, path)
    page = visitor.open(f"{DESK}/programmer")
    page.get_by_role("button", name="Lire les dates").click()
    expect(page.locator(".error-summary")).to_be_focused()
    found += faults_here(visitor, "refused")
    page = visitor.open(f"{DESK}/{pair}/deplacer")
    page.get_by_label("Heure de début").fill("16:00")
    page.get_by_role("button", name="Voir qui sera prévenu").click()
    found += faults_here(visitor, "preview")
    assert not found, "\n".join(found)
