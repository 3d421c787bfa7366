"""Five people's errands, each by keyboard, by touch on a small phone, and without a script.

The third, a signed PDF that was received, needs a verifier: it is in test_signature.py.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from communaute.domain import clock
from tests.browser.conftest import Visitor
from tests.browser.hands import HANDS, Hand
from tests.browser.test_siret_change import NEW, TOOL
from tests.browser.test_trainings import DESK, at_work, scene
from tests.trainings.pages.scenes import Scene


__all__ = ["at_work", "scene"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_first_invoice_was_rejected(hand: Hand) -> None:
    page = hand.visitor.open("/")
    hand.press("link", "Ma facture est rejetée, que faire")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ma facture est rejetée")
    expect(page.get_by_role("main")).to_contain_text("avec un nouveau numéro")
    hand.press("link", "traiter un rejet, étape par étape")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Facture rejetée, suspendue")
    hand.press("link", "déposez une nouvelle facture")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Déposer une facture")
    hand.sees_nothing_wrong()


def test_a_sunday_night_of_june_2022_is_worked_out_too_late(hand: Hand) -> None:
    page = hand.visitor.open("/")
    hand.press("link", "Trouver un tarif de frais de justice")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Trouver un tarif")
    hand.press("link", "Interprétation")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Calculer une interprétation")
    hand.write("Date de la réquisition", "15 mai 2022")
    hand.write("Début de l’intervention", "19 juin 2022 22h")
    hand.write("Fin de l’intervention", "20 juin 2022 à 1 h")
    hand.press("button", "Calculer")
    expect(page.get_by_role("alert")).to_contain_text("droit d’option")
    hand.choose("Je ne sais pas", first="Oui", downs=2)
    hand.press("button", "Calculer")
    expect(page.get_by_role("heading", name="Les deux résultats")).to_be_visible()
    result = page.locator("#outil-calcul")
    expect(result).to_contain_text("139,50")
    expect(result).to_contain_text("le délai d’un an pour déposer le mémoire est passé")
    expect(page.get_by_role("heading", name=re.compile("Et maintenant"))).to_be_visible()
    hand.press("link", "le guide pas à pas")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/guides/" in page.url
    hand.sees_nothing_wrong()


@pytest.mark.parametrize("made", HANDS)
def test_a_series_is_planned_over_dates_that_exist(
    at_work: Callable[..., Visitor], scene: Scene, made: Hand
) -> None:
    hand = made.of(at_work(**made.context))
    slug = scene.slugs()[0]
    page = hand.visitor.open(DESK)
    read_dates(hand, slug)
    expect(page.get_by_role("heading", name="2 dates à créer")).to_be_visible()
    hand.press("button", "Créer 2 dates")
    expect(page.get_by_text("2 dates créées")).to_be_visible()
    read_dates(hand, slug)
    remarks = page.locator(".desk-remark", has_text="cette formation a déjà des séances")
    expect(remarks).to_have_count(2)
    hand.tick(re.compile("^Ne pas créer cette date"))
    hand.press("button", re.compile("^Créer 2 dates, sauf"))
    expect(page.get_by_text("1 date créée")).to_be_visible()
    hand.sees_nothing_wrong()


def read_dates(hand: Hand, slug: str) -> None:
    """Two weeks of a training, from one Monday on, up to the dates that are read."""
    first = clock.today() + timedelta(days=42)
    first -= timedelta(days=first.weekday())
    hand.press("link", "Programmer des séances")
    hand.visitor.page.get_by_label("Formation", exact=True).select_option(slug)
    hand.write("Jour de la première séance", f"{first:%Y-%m-%d}")
    hand.write("Heure de début", "10:30")
    hand.write("Jour de la seconde séance", f"{first + timedelta(days=2):%Y-%m-%d}")
    hand.write("Combien de fois", "2")
    hand.press("button", "Lire les dates")


def test_a_siret_is_changed_in_practice(hand: Hand) -> None:
    page = hand.visitor.open("/")
    hand.press("link", "Changer de SIRET", exact=True)
    hand.press("button", "S’exercer sans compte")
    page.wait_for_url(f"**{TOOL}/entrainement")
    for name, lands in (
        (re.compile("^Crayon"), "**/etape-2"),
        ("Modifier l’identifiant", "**/etape-3"),
        ("Confirmer", "**/etape-4"),
    ):
        hand.press("button", name)
        page.wait_for_url(lands)
    hand.write(re.compile("SIRET"), NEW)
    hand.press("button", "Continuer")
    page.wait_for_url("**/etape-5")
    hand.press("button", "Valider")
    page.wait_for_url("**/relecture")
    hand.press("button", re.compile("^Changer le SIRET de"))
    expect(page.get_by_role("heading", name=re.compile("est changé"))).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Mandat de facturation")
    hand.sees_nothing_wrong()
