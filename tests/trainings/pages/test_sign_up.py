"""Sign-up by the form: each bad input in its words, nothing typed lost, nobody told who is known."""

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.pages import Pages, one
from tests.swapping import main_text, swap
from tests.trainings.pages.scenes import FORM, Scene


HELD, LISTED = f"{FORM}/place-tenue/", f"{FORM}/liste-d-attente/"


@pytest.fixture
def pages(training_app: Flask) -> Pages:
    return Pages(training_app)


def test_the_form_shows_dates_as_rows_and_asks_for_little(scene: Scene, pages: Pages) -> None:
    slug = scene.slugs()[0]
    pair = scene.pair(slug=slug, capacity=3)
    page = pages.get(f"{FORM}?formation={slug}&paire={pair}")
    chosen = one(page, f"#paire-{pair}")
    assert chosen.has_attr("checked")
    assert "3 places" in one(page, f"label[for=paire-{pair}]").get_text().replace("\u00a0", " ")
    required = {str(f["name"]) for f in page.select("main form [required]")}
    assert required == {"nom", "courriel", "organisation", "consentement"}
    assert one(page, ".trap")["aria-hidden"] == "true"


def test_the_dates_of_one_training_only_are_offered(scene: Scene, pages: Pages) -> None:
    first, second = scene.slugs()[:2]
    pair = scene.pair(slug=second)
    assert f"paire-{pair}" not in str(pages.get(f"{FORM}?formation={first}"))
    assert f"paire-{pair}" in str(pages.get(f"{FORM}?paire={pair}"))


def test_without_a_training_one_is_chosen(scene: Scene, pages: Pages) -> None:
    page = pages.get(FORM)
    assert len(page.select("a[href*='formation=']")) >= len(scene.slugs())
    assert len(pages.get(f"{FORM}?paire=999999").select("a[href*='formation=']")) > 1


def test_a_place_is_held_and_the_page_says_until_when_and_what_to_do(
    scene: Scene, pages: Pages
) -> None:
    visitor = scene.visitor()
    response = visitor.ask(scene.pair())
    assert response.location.startswith(HELD)
    assert "Set-Cookie" not in response.headers
    page = pages.get(response.location)
    text = main_text(page)
    assert "Une place est tenue jusqu’au" in text
    assert "Ouvrez le courriel" in text
    assert visitor.email not in text
    assert [mail.template for mail in visitor.mails()] == ["training-confirm"]


def test_a_full_pair_gives_a_rank(scene: Scene, pages: Pages) -> None:
    pair = scene.pair(capacity=1, slug=scene.slugs()[1])
    scene.visitor().ask(pair)
    first, second = scene.visitor(), scene.visitor()
    ranks = []
    for visitor in (first, second):
        response = visitor.ask(pair)
        assert response.location.startswith(LISTED)
        said = main_text(pages.get(response.location))
        found = re.search(r"Vous êtes (\d+)er? sur", said.replace("1er", "1e"))
        assert found, said
        ranks.append(int(found[1]))
    assert ranks[1] == ranks[0] + 1


def test_who_finds_a_date_full_is_shown_the_others_and_may_take_one(
    scene: Scene, pages: Pages
) -> None:
    slug = scene.slugs()[1]
    full, free = scene.pair(1, slug=slug, days=9), scene.pair(4, slug=slug, days=50)
    scene.placed(full)
    waiter = scene.visitor()
    page = pages.get(waiter.ask(full).location)
    assert page.select(f"a[href*='paire={free}']")
    assert waiter.ask(free).location.startswith(HELD)
    assert scene.count(free, "held") == 1


def test_the_answer_is_the_same_whether_or_not_the_address_is_known(
    scene: Scene, pages: Pages
) -> None:
    """With places left, and with none: what is answered tells nothing about an address."""
    pair = scene.pair(capacity=3)
    known = scene.placed(pair)
    for typed in (known.email, known.email.upper(), known.email.replace("@", "+x@")):
        answers = [known.ask(pair, courriel=typed), scene.visitor().ask(scene.pair(capacity=3))]
        texts = [main_text(pages.get(a.location)) for a in answers]
        texts = [re.sub(r"jusqu’au.*?\. |Séance.*?Ce qui", "", text) for text in texts]
        assert texts[0] == texts[1]
        assert {urlsplit(a.location).path.split("/")[3] for a in answers} == {"place-tenue"}
    assert scene.count(pair, "held", "confirmed") == 1, "none takes a second place"
    full = scene.pair(capacity=1)
    owner = scene.placed(full)
    assert owner.ask(full).location.startswith(LISTED)
    assert "training-again" in [mail.template for mail in owner.mails()]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"nom": " "}, "nom", "Saisissez votre nom"),
        ({"courriel": "lea"}, "courriel", "adresse électronique complète"),
        ({"organisation": ""}, "organisation", "Saisissez"),
        ({"siret": "123"}, "siret", "14 chiffres"),
        ({"siret": "73282932O00074"}, "siret", "lettre O"),
        ({"telephone": "rappelez-moi"}, "telephone", "numéro"),
        ({"consentement": ""}, "consentement", "Cochez la case"),
        ({"attentes": "a" * 1_001}, "attentes", "raccourcissez"),
        ({"accessibilite": "Sous-titres"}, "consentement_accessibilite", "Cochez la case"),
    ],
)
def test_each_bad_input_is_said_beside_its_field(
    scene: Scene, typed: dict[str, str], field: str, said: str
) -> None:
    page = scene.visitor().refused(scene.pair(), 422, **typed)
    assert said in one(page, f"#{field}-erreur").get_text().replace("\u00a0", " ")
    assert f"#{field}" in [str(a["href"]) for a in page.select(".error-summary a")]
    assert page.title
    assert page.title.get_text().startswith("Erreur")


@pytest.mark.parametrize("paire", ["", "0", "-1", "abc", "99999999999999999999", "999999", "1.5"])
def test_a_pair_that_is_none_is_said_beside_the_dates(scene: Scene, paire: str) -> None:
    slug = scene.slugs()[0]
    scene.pair(slug=slug)
    visitor = scene.visitor()
    data = visitor.fields(paire)
    page = visitor.pages.post(f"{FORM}?formation={slug}", 422, data=data)
    assert one(page, "#paire-erreur").get_text(strip=True)
    assert one(page, "#nom")["value"] == "Léa Martin"
    assert visitor.pages.post(FORM, 422, data=data).select(".error-summary")


def test_everything_wrong_is_said_at_once_in_the_order_of_the_form(scene: Scene) -> None:
    slug = scene.slugs()[0]
    scene.pair(slug=slug)
    page = scene.visitor().pages.post(f"{FORM}?formation={slug}", 422, data={})
    said = [str(a["href"]) for a in page.select(".error-summary a")]
    assert said == ["#paire", "#nom", "#courriel", "#organisation", "#consentement"]


def test_nothing_typed_is_lost(scene: Scene) -> None:
    pair = scene.pair()
    typed = {
        "nom": "Zoé <b>Ô</b>",
        "courriel": "pas une adresse",
        "organisation": "L’atelier",
        "siret": "732 829 320 00074",
        "telephone": "01 23 45 67 89",
        "attentes": "Tout\ncomprendre",
        "accessibilite": "Sous-titres",
        "consentement_accessibilite": "oui",
    }
    page = scene.visitor().refused(pair, 422, **typed)
    for name in ("nom", "courriel", "organisation", "siret", "telephone"):
        assert one(page, f"#{name}")["value"] == typed[name]
    assert one(page, "#attentes").get_text().strip() == typed["attentes"]
    assert one(page, f"#paire-{pair}").has_attr("checked")
    assert one(page, "#consentement").has_attr("checked")
    assert one(page, "details.inscription__needs").has_attr("open")


def test_the_hidden_field_refuses_a_robot_and_says_so(scene: Scene) -> None:
    pair = scene.pair(capacity=1)
    page = scene.visitor().refused(pair, site_web="https://spam.example")
    assert "doit rester vide" in one(page, ".error-summary").get_text()
    assert scene.count(pair, "held") == 0


def test_another_site_cannot_post(scene: Scene) -> None:
    pair, visitor = scene.pair(), scene.visitor()
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://ailleurs.example"},
    ):
        response = visitor.pages.response("POST", FORM, data=visitor.fields(pair), headers=headers)
        assert response.status_code == 403, headers
    assert scene.count(pair, "held") == 0
    assert visitor.mails() == []


def test_with_htmx_the_result_takes_the_place_of_the_form(scene: Scene, pages: Pages) -> None:
    slug, visitor = scene.slugs()[0], scene.visitor()
    pair = scene.pair(slug=slug)
    path = f"{FORM}?formation={slug}"
    here = {"HX-Current-URL": f"http://localhost{path}"}
    refused = pages.fragment(path, 422, "POST", data=visitor.fields(pair, nom=""), headers=here)
    page = swap(pages.get(path), "#outil-inscription", refused)
    assert main_text(page) == main_text(pages.post(path, 422, data=visitor.fields(pair, nom="")))
    done = pages.response(
        "POST", path, data=visitor.fields(pair), headers={"HX-Request": "true", **here}
    )
    assert done.status_code == 303
    fragment = pages.response("GET", done.location, headers={"HX-Request": "true", **here})
    assert fragment.headers["HX-Push-Url"] == done.location
    assert "data-focus" in fragment.text
    embedded = {"HX-Current-URL": f"http://localhost/formations/{slug}", "HX-Request": "true"}
    assert "HX-Push-Url" not in pages.response("GET", done.location, headers=embedded).headers


def test_the_tool_is_embedded_in_each_training_s_page(scene: Scene, pages: Pages) -> None:
    for slug in scene.slugs():
        frame = one(pages.get(f"/formations/{slug}"), ".tool-frame__body[hx-get*=inscription]")
        assert f"formation={slug}" in str(frame["hx-get"])
        assert one(frame, "a")["href"] == f"{FORM}?formation={slug}"
        pages.fragment(str(frame["hx-get"]))


def test_an_address_that_nobody_signed_is_not_found(scene: Scene, pages: Pages) -> None:
    location = scene.visitor().ask(scene.pair()).location
    pages.get(location + "x", 404)
    pages.get(HELD + "n-importe-quoi", 404)
    pages.get(LISTED + "a" * 1_000, 404)


def test_a_session_that_has_begun_is_refused(scene: Scene) -> None:
    pair = scene.pair(days=1)
    scene.shift(pair, days=-2)
    page = scene.visitor().refused(pair)
    assert "déjà commencé" in main_text(page)


def test_dates_not_chosen_are_said_with_all_that_is_wrong(scene: Scene) -> None:
    slug = scene.slugs()[0]
    scene.pair(slug=slug)
    visitor = scene.visitor()
    page = visitor.pages.post(f"{FORM}?formation={slug}", 422, data={"courriel": visitor.email})
    assert "Choisissez une date" in one(page, "#paire-erreur").get_text()
    links = [str(a["href"]) for a in page.select(".error-summary a")]
    assert {"#paire", "#nom", "#organisation", "#consentement"} <= set(links)


def test_a_text_far_too_long_is_counted_as_typed(scene: Scene) -> None:
    page = scene.visitor().refused(scene.pair(), 422, nom="a" * 5_000)
    assert "compte 5000 caractères" in one(page, "#nom-erreur").get_text()


def test_the_waiting_list_has_its_own_title_button_and_promise(scene: Scene, pages: Pages) -> None:
    slug = scene.slugs()[2]
    full, free = scene.pair(1, slug=slug, days=11), scene.pair(4, slug=slug, days=52)
    scene.placed(full)
    page = pages.get(f"{FORM}?formation={slug}&paire={full}")
    assert one(page, "h1").get_text(strip=True).startswith("Rejoindre la liste d’attente")
    assert one(page, "main form button").get_text(strip=True) == "Rejoindre la liste d’attente"
    text = main_text(page)
    assert "tenue 24 heures" not in text
    assert "proposée dans l’ordre" in text
    assert not page.select(f"#paire-{free}"), "what is chosen here is a rank, never a place"
    assert page.select(f"a[href*='paire={free}']"), "places are a link away"
    place = pages.get(f"{FORM}?formation={slug}&paire={free}")
    assert one(place, "h1").get_text(strip=True).startswith("S’inscrire")
    assert "tenue 24 heures" in main_text(place)


def test_a_form_for_the_waiting_list_that_is_refused_stays_one(scene: Scene) -> None:
    slug = scene.slugs()[2]
    full = scene.pair(1, slug=slug, days=12)
    scene.placed(full)
    page = scene.visitor().refused(full, 422, nom=" ")
    assert one(page, "main form button").get_text(strip=True) == "Rejoindre la liste d’attente"
