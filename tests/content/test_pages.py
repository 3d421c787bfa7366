"""What the site says, as pages and as feeds."""

import json
from datetime import date
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from communaute.editorial.pages import Page
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
    # One of them shows the screens of both periods, each under its own title.
    assert "Ce qui a changé depuis" in page.text or "Depuis 2022" in page.text


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


def test_the_home_page_tells_the_age_of_news_and_puts_suppliers_first(pages: Pages) -> None:
    page = pages.get("/")
    news = one(page, "section[aria-labelledby=dernieres]")
    assert len(news.select("time")) == len(news.select("li"))
    assert "il y a" in news.text or "aujourd’hui" in news.text or "hier" in news.text
    assert "Vérifié" not in news.text
    assert (
        one(page, "section[aria-labelledby=votre-situation] a")["href"] == "/parcours/fournisseur"
    )


def test_what_is_new_since_the_last_visit_waits_for_the_device(pages: Pages) -> None:
    since = one(pages.get("/"), ".home__since")
    assert since.has_attr("hidden")
    assert since.select("li[data-published][hidden]")


def test_news_are_listed_with_their_date_and_guides_with_their_truth(pages: Pages) -> None:
    assert "Vérifié le" not in one(pages.get("/actualites/"), ".listing").text
    assert "Vérifié le" in one(pages.get("/questions/"), ".listing").text


@pytest.mark.parametrize("section", ["/guides/", "/statuts/"])
def test_a_section_by_task_has_each_of_its_pages_once(
    shared_app: Flask, pages: Pages, section: str
) -> None:
    page = pages.get(section)
    listed = [str(a["href"]) for a in page.select(".group .listing__title a")]
    kept = shared_app.extensions["communaute"].content.sections[section.strip("/")].pages
    assert sorted(listed) == sorted(other.url for other in kept)
    assert not page.select(".fr-pagination")


def test_the_guides_begin_with_an_account(pages: Pages) -> None:
    first = one(pages.get("/guides/"), ".group .listing__title a")
    assert first["href"] == "/guides/creer-son-compte"
    needs = one(pages.get("/guides/creer-son-compte"), ".guide-facts")
    assert "votre SIRET" in needs.text


def test_the_statuses_begin_with_the_three_that_ask_for_an_act(pages: Pages) -> None:
    page = pages.get("/statuts/")
    asked = {str(a["href"]) for a in one(page, ".group").select(".listing__title a")}
    assert asked == {"/statuts/suspendue", "/statuts/a-recycler", "/statuts/rejetee"}


def test_the_life_of_an_invoice_is_drawn_and_told_alike(pages: Pages) -> None:
    page = pages.get("/statuts/")
    drawn = {" ".join(box.get_text(" ").split()) for box in page.select(".life__box")}
    told = {a.text for a in page.select(".life__words a")}
    assert drawn == told
    assert len(drawn) == 12


def test_a_filtered_section_by_task_keeps_only_its_public(pages: Pages) -> None:
    listed = pages.get("/guides/?public=developpeur").select(".group .listing__item")
    assert listed
    assert all("Développeur" in item.text for item in listed)


def test_a_step_reached_from_a_path_says_where_one_is(pages: Pages) -> None:
    steps = pages.get("/parcours/fournisseur").select(".path-steps h3 a")
    fifth = pages.get(str(steps[4]["href"]))
    assert f"Étape 5 sur {len(steps)}" in one(fifth, ".travel-line").text
    assert one(fifth, ".travel a[rel=prev]")["href"] == steps[3]["href"]
    assert one(fifth, ".travel a[rel=next]")["href"] == steps[5]["href"]
    canonical = str(one(fifth, "link[rel=canonical]")["href"])
    assert canonical.endswith(str(steps[4]["href"]).partition("?")[0])
    assert not pages.get("/guides/deposer-une-facture").select(".travel, .travel-line")


def test_every_step_of_every_path_keeps_its_path(shared_app: Flask, pages: Pages) -> None:
    for path in shared_app.extensions["communaute"].content.sections["parcours"].pages:
        links = pages.get(path.url).select(".path-steps h3 a")
        assert len(links) == len(path.steps), path.url
        for link in links:
            assert pages.get(str(link["href"])).select_one(".travel-line"), link["href"]


@pytest.mark.parametrize("slug", ["nulle-part", "../guides", "travaux", "", "a" * 5_000])
def test_a_path_that_a_page_is_not_on_makes_no_page_of_its_own(
    shared_app: Flask, pages: Pages, slug: str
) -> None:
    pages.get("/guides/creer-son-compte")
    kept = shared_app.extensions["communaute"].pages.pages
    before = len(kept)
    page = pages.get(f"/guides/creer-son-compte?parcours={slug}")
    assert not page.select(".travel-line")
    assert len(kept) == before


def test_a_guide_has_its_tool_and_what_comes_next_beside_it(pages: Pages) -> None:
    with_tool = pages.get("/guides/verifier-une-signature")
    assert one(with_tool, ".article__aside .beside a")["href"] == "/outils/signature"
    invoice = pages.get("/guides/deposer-une-facture")
    assert one(invoice, ".article__aside .beside a")["href"] == one(invoice, ".see-also a")["href"]


def test_a_page_without_a_summary_has_what_comes_next_in_its_place(pages: Pages) -> None:
    question = pages.get("/questions/ma-facture-est-rejetee-que-faire")
    assert one(question, ".article--with-next > .article__next .see-also a")
    assert not question.select(".article--with-toc")
    assert one(question, ".see-also a[href='/statuts/rejetee']").text.startswith("Statut")
    guide = pages.get("/guides/facture-rejetee-suspendue-a-recycler")
    assert one(guide, ".article--with-toc > .article__next .see-also a")


def test_the_steps_of_a_rejected_invoice_stand_before_the_comparison(pages: Pages) -> None:
    html = str(pages.get("/guides/facture-rejetee-suspendue-a-recycler"))
    assert html.index('class="procedure__step"') < html.index("<table")


def test_a_training_has_its_button_beside_its_programme(pages: Pages) -> None:
    """Without a date, it is the one that leads to being told of the next."""
    beside = one(pages.get("/formations/factures-simples"), ".article__aside .beside")
    address = "/outils/notifications/suivre?formation=factures-simples"
    assert one(beside, "a.fr-btn")["href"] == address


def test_what_the_operator_has_not_said_is_one_sentence(pages: Pages) -> None:
    assert pages.get("/contact").text.count("à compléter par l’exploitant") == 1


@pytest.mark.parametrize(
    ("address", "lit"),
    [
        ("/guides/creer-son-compte", "Guides"),
        ("/outils/inscription?formation=factures-simples", "Formations"),
        ("/outils/verifier-siret", "Outils"),
    ],
)
def test_the_menu_lights_where_the_path_begins(pages: Pages, address: str, lit: str) -> None:
    page = pages.get(address)
    assert one(page, "#navigation [aria-current]").text == lit


@pytest.mark.parametrize(
    ("address", "crumbs"),
    [
        ("/recherche?q=siret", ["Accueil", "Recherche"]),
        ("/compte/connexion", ["Accueil", "Mon espace", "Se connecter"]),
    ],
)
def test_search_and_accounts_say_where_one_is(
    pages: Pages, address: str, crumbs: list[str]
) -> None:
    assert [item.text.strip() for item in pages.get(address).select(".breadcrumb li")] == crumbs


def test_a_form_with_nothing_required_says_so_once(pages: Pages) -> None:
    text = one(pages.get("/outils/tarifs"), "form[action='/outils/tarifs']").text
    assert "Aucun champ n’est obligatoire" in text
    assert "facultatif" not in text


def test_a_page_kept_in_memory_is_not_given_under_another_host(pages: Pages) -> None:
    assert pages.response("GET", "/guides/").status_code == 200
    answer = pages.response("GET", "/guides/", headers={"Host": "evil.example"})
    assert answer.status_code == 400


def test_the_feed_of_the_newsletter_holds_each_issue_whole(shared_app: Flask, pages: Pages) -> None:
    feed = ET.fromstring(pages.response("GET", "/newsletter/flux.atom").data)
    told = {
        entry.findtext("a:id", "", ATOM): entry.findtext("a:content", "", ATOM)
        for entry in feed.findall("a:entry", ATOM)
    }
    content = shared_app.extensions["communaute"].content
    assert content.issues
    for issue in content.issues:
        whole = next(text for address, text in told.items() if address.endswith(issue.url))
        articles = [content.pages[url] for url in issue.articles]
        assert articles
        assert all(one.title in unescape(whole) and f'{one.url}"' in whole for one in articles)
        assert all(one.sources[0].label in unescape(whole) for one in articles if one.sources)
        assert not issue.figure or issue.figure.value in unescape(whole)
        assert 'href="/' not in whole
