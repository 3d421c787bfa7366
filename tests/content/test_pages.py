"""What the site says, as pages and as feeds."""

import json
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from communaute.editorial import Page
from tests.pages import Pages, one


ATOM = {"a": "http://www.w3.org/2005/Atom"}
ARTICLES = (
    "actualites/mes-messages",
    "actualites/rentree-record",
    "actualites/documentation-prestataires-de-justice",
    "bonnes-pratiques/changer-de-siret",
    "temoignages/ludmila-tuca",
    "bonnes-pratiques/notifications",
    "actualites/se-former-gratuitement",
    "guides/verifier-une-signature",
    "actualites/experimentation-inter-entreprises",
    "bonnes-pratiques/referentiels-des-tarifs",
)


@pytest.mark.parametrize("name", ARTICLES)
def test_the_ten_articles_are_there_with_their_truth_and_sources(pages: Pages, name: str) -> None:
    page = pages.get(f"/{name}")
    assert one(page, ".article__dates time")
    assert page.select(".sources li")
    assert page.select_one("img.article__illustration")
    assert "Ce qui a changé depuis" in page.text


def test_the_issue_gathers_the_ten_in_order(pages: Pages) -> None:
    links = pages.get("/newsletter/2020-automne").select(".issue h3 a")
    assert [link["href"] for link in links] == [f"/{name}" for name in ARTICLES]


def test_a_page_past_its_truth_has_its_banner_before_the_title(pages: Pages) -> None:
    page = pages.get("/actualites/experimentation-inter-entreprises")
    notice = one(page, ".page-notice")
    assert notice.find_next("h1")
    assert one(notice, "a")["href"] == "/guides/reforme-2026-2027"
    assert not pages.get("/actualites/mes-messages").select(".page-notice")


def test_the_record_shows_its_data_as_a_drawing_and_as_a_table(pages: Pages) -> None:
    page = pages.get("/actualites/rentree-record")
    drawing = one(page, "main svg")
    assert drawing.find("title")
    assert "54 562 304" in " ".join(page.text.split()) or "54,6" in page.text
    assert len(page.select("main table")) >= 2
    assert "non publié" in page.text.lower()


@pytest.mark.parametrize("address", ["/guides", "/actualites", "/newsletter"])
def test_a_section_ends_with_a_slash(pages: Pages, address: str) -> None:
    response = pages.response("GET", address)
    assert (response.status_code, response.headers["Location"].endswith(address + "/")) == (
        308,
        True,
    )


@pytest.mark.parametrize("address", ["/guides/verifier-une-signature", "/contact", "/glossaire"])
def test_a_page_does_not(pages: Pages, address: str) -> None:
    response = pages.response("GET", address + "/")
    assert (response.status_code, response.headers["Location"]) == (308, address)


def test_the_home_page_has_one_address(pages: Pages) -> None:
    assert pages.response("GET", "/accueil").headers["Location"] == "/"


def test_a_section_is_filtered_by_public_and_paged(shared_app: Flask, pages: Pages) -> None:
    everyone = shared_app.extensions["communaute"].content.sections["questions"].pages
    wanted = {page.url for page in everyone if "travaux" in page.publics}
    seen: set[str] = set()
    number = 1
    while True:
        page = pages.get(f"/questions/?public=travaux&page={number}")
        seen |= {str(a["href"]) for a in page.select(".listing__title a")}
        if not page.select_one("a.fr-pagination__link--next[href]"):
            break
        number += 1
    assert seen == wanted


def test_a_page_number_past_the_end_is_not_found(pages: Pages) -> None:
    pages.get("/guides/?page=99", 404)
    pages.get(f"/guides/?page={'9' * 5_000}", 404)


def test_every_feed_is_atom_with_absolute_addresses(shared_app: Flask, pages: Pages) -> None:
    for address in ("/flux.atom", "/actualites/flux.atom", "/newsletter/flux.atom"):
        response = pages.response("GET", address)
        assert response.mimetype == "application/atom+xml"
        feed = ET.fromstring(response.data)
        entries = feed.findall("a:entry", ATOM)
        assert entries
        for link in feed.iter("{http://www.w3.org/2005/Atom}link"):
            assert link.attrib["href"].startswith("http://localhost:5000/")
        assert len({e.findtext("a:id", namespaces=ATOM) for e in entries}) == len(entries)


def test_the_sitemap_lists_every_page_that_answers(shared_app: Flask, pages: Pages) -> None:
    root = ET.fromstring(pages.response("GET", "/sitemap.xml").data)
    addresses = [
        str(e.text).removeprefix("http://localhost:5000")
        for e in root.iter()
        if e.tag.endswith("loc")
    ]
    assert len(addresses) == len(set(addresses))
    content: dict[str, Page] = shared_app.extensions["communaute"].content.pages
    for url, page in content.items():
        assert (url in addresses) is (page.kind != "glossaire" and url != "/accueil"), url
    for address in addresses:
        assert pages.response("GET", address).status_code == 200, address


def test_machines_read_what_a_page_is(pages: Pages) -> None:
    page = pages.get("/bonnes-pratiques/changer-de-siret")
    data = json.loads(str(one(page, "script[type='application/ld+json']").string))
    assert data["@type"] == "Article"
    assert data["headline"] == one(page, "h1").text
    assert one(page, "link[rel=canonical]")["href"] == data["url"]
    image = str(one(page, "meta[property='og:image']")["content"]).removeprefix(
        "http://localhost:5000"
    )
    with pages.app.test_client() as client, client.get(image) as response:
        assert response.status_code == 200


def test_security_txt_says_whom_to_write_to_and_until_when(pages: Pages) -> None:
    text = pages.response("GET", "/.well-known/security.txt").text
    assert "Contact: http://localhost:5000/contact" in text
    expires = next(line for line in text.splitlines() if line.startswith("Expires: "))
    assert date.fromisoformat(expires[9:19]) > date.today()  # noqa: DTZ011


def test_robots_may_read_everything_but_accounts_and_results(pages: Pages) -> None:
    text = pages.response("GET", "/robots.txt").text
    assert "Disallow: /compte/" in text
    assert "Sitemap: http://localhost:5000/sitemap.xml" in text


def test_pictures_are_served_and_can_run_nothing(pages: Pages) -> None:
    source = str(
        one(pages.get("/bonnes-pratiques/changer-de-siret"), "img.article__illustration")["src"]
    )
    response = pages.response("GET", source)
    assert response.mimetype == "image/svg+xml"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'"


def test_glossary_terms_stand_under_their_letter(pages: Pages) -> None:
    page = pages.get("/glossaire")
    assert len(page.select(".term")) >= 20
    assert one(page, "#lettre-s").find_next(id="siret")


def test_legal_pages_never_invent_the_operator(pages: Pages) -> None:
    text = pages.get("/mentions-legales").text
    assert "à compléter par l’exploitant" in text
    assert "non conforme" in pages.get("/accessibilite").text.lower()
    assert "Un an" in pages.get("/donnees-personnelles").text


def test_the_site_does_not_pass_for_the_state(pages: Pages) -> None:
    for address in ("/", "/outils/verifier-siret", "/nulle-part"):
        page = pages.get(address, 404 if address == "/nulle-part" else 200)
        assert "Site non officiel, sans lien avec l’AIFE" in page.text
        assert not page.select(".fr-logo")


def test_the_home_page_has_its_picture_its_questions_and_its_doors(pages: Pages) -> None:
    page = pages.get("/")
    assert one(page, "img.hero__image")
    assert len(page.select(".hero__questions a")) == 4
    assert len(page.select(".door")) >= 5
