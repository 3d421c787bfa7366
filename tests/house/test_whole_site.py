"""What must be true of the whole site: no page, template, setting or feature was forgotten."""

import re
from typing import cast

import jinja2
import pytest
from bs4 import BeautifulSoup
from flask import Flask

from communaute import PACKAGE, blueprints
from communaute.blueprints.content import SECTIONS
from communaute.config import Settings
from communaute.wiring.current import Site
from tests.conftest import ROOT
from tests.pages import Pages, soup_of


# Addresses that people never browse to: the plan du site does not list them.
NOT_IN_SITEMAP = {
    "content.feed": "linked once, as the feed of the whole site",
    "content.section_feed": "linked from its section",
    "content.as_json": "linked from its page",
    "content.as_markdown": "linked from its page",
    "content.booklet_epub": "linked from its path",
    "content.booklet_pdf": "linked from its path",
    "content.term": "a part of the glossary",
    "content.changes": "for feed readers",
    "content.every_content": "linked from the legal notice",
    "content.page_changes": "linked from its page",
    "content.media": "images and data of pages",
    "content.opensearch": "for browsers",
    "content.robots": "for search engines",
    "content.security_txt": "for security researchers",
    "content.sitemap": "for search engines",
    "content.page_with_slash": "leads to the page",
    "content.root_page_with_slash": "leads to the page",
    "health.alive": "for the operator",
    "health.metrics": "for the operator",
    "health.ready": "for the operator",
    "accounts.space": "linked from every page's header",
    "backoffice.postbox": "development only",
    "backoffice.posted": "development only",
    "newsletter.act": "a form's answer",
    "newsletter.asked": "a form's answer",
    "newsletter.choices": "opened from a mail",
    "newsletter.data": "one's own data",
    "newsletter.keep": "a form's answer",
    "newsletter.move": "a form's answer",
    "newsletter.proof": "one's own proof",
    "newsletter.to_move": "opened from a mail",
    "newsletter.confirm": "a form's answer",
    "newsletter.leave": "opened from a mail",
    "newsletter.receive": "a form's answer",
    "newsletter.take_returns": "for programs",
    "newsletter.to_confirm": "opened from a mail",
    "notifications.feed": "one's own private feed",
    "notifications.act_on_follows": "a form's answer",
    "notifications.follow": "opened from the page it is about",
    "notifications.is_it_ours": "linked from the foot of every mail",
    "notifications.act": "a form's answer",
    "notifications.keep": "a form's answer",
    "notifications.leave": "opened from a mail",
    "notifications.own_follows": "opened from a mail",
    "notifications.receive_follow": "a form's answer",
    "notifications.tick": "a form's answer",
    "opinions.figures_page": "linked from every page's foot",
    "testimonials.act": "a form's answer",
    "testimonials.ask_to_withdraw": "opened from a mail",
    "testimonials.change": "a form's answer",
    "testimonials.edit": "opened from a mail",
    "testimonials.own": "opened from a mail",
    "testimonials.send": "a form's answer",
    "testimonials.withdraw": "a form's answer",
    "opinions.count_read": "a browser's own count",
    "opinions.give": "opened from the page it is about",
    "opinions.receive": "a form's answer",
    "search.follow": "what a script of the results posts",
    "search.suggestions": "part of the search field",
    "siret.begin": "a form's answer",
    "siret.choose_invented": "a form's answer",
    "siret.choose_mine": "a form's answer",
    "siret.confirm": "a form's answer",
    "siret.exercise": "a guest's own page",
    "siret.mine": "one's own structures",
    "siret.next_step": "a form's answer",
    "siret.one_step": "a step of one's own change",
    "siret.receipt": "one's own receipt",
    "siret.receipt_ics": "one's own receipt",
    "siret.receipt_pdf": "one's own receipt",
    "siret.resume": "a step of one's own change",
    "siret.review": "a step of one's own change",
    "siret.start_again": "a form's answer",
    "siret.stop": "a form's answer",
    "siret.tick": "a form's answer",
    "siret.undo": "a form's answer",
    "signatures.batch": "a visitor's own result",
    "signatures.control": "opened from the tool and from a report",
    "signatures.etsi": "a visitor's own report",
    "signatures.line": "one's place in the queue",
    "signatures.museum": "opened from the tool",
    "signatures.openapi": "for programs",
    "signatures.report": "a visitor's own report",
    "signatures.result": "a visitor's own result",
    "signatures.send": "a form's answer",
    "signatures.verify": "for programs",
    "static": "files",
    "structures.receive": "for programs",
    "tariffs.as_csv": "linked from the tariffs' open data",
    "tariffs.as_json": "linked from the tariffs' open data",
    "tariffs.changes": "linked from the tariff finder",
    "tariffs.changes_feed": "linked from the tariffs' changelog",
    "tariffs.data": "linked from the tariff finder",
    "tariffs.calculate": "linked from the tariff finder",
    "tariffs.keep": "a form's answer",
    "tariffs.calculation": "a link that its maker keeps",
    "tariffs.receive": "a form's answer",
    "tariffs.report": "opened from the tariff it is about",
    "tariffs.schema": "linked from the tariffs' open data",
    "trainings.as_calendar": "linked from the trainings",
    "trainings.as_feed": "linked from the trainings",
    "trainings.as_json": "for programs",
    "trainings.dates": "linked from the trainings and from the home page",
    "trainings.feed": "linked from the trainings",
    "trainings.held": "what a visitor's own request came to",
    "trainings.listed": "what a visitor's own request came to",
    "trainings.page": "listed by their titles",
    "trainings.receive": "a form's answer",
    "trainings.soon": "a part of the home page",
}


# Pages of one person or of staff: never for everybody.
PERSONAL = ("accounts.", "backoffice.", "structures.")
PERSONAL_ADDRESSES = (
    "/compte/",
    "/gestion/",
    "/outils/inscription/<token>",
    "/outils/messages/<int:number>/",
    "/outils/messages/quitter/",
    "/outils/messages/entrainement",
)


def site_of(app: Flask) -> Site:
    return cast(Site, app.extensions["communaute"])


def every_address(app: Flask) -> list[str]:
    content = site_of(app).content
    pages = [p.url for p in content.pages.values() if p.kind != "glossaire" and p.url != "/accueil"]
    sections = [f"/{kind}/" for kind in SECTIONS if kind in content.sections]
    tools = [
        "/outils/",
        "/outils/verifier-siret",
        "/outils/tarifs",
        "/outils/signature/controle",
        "/outils/signature/musee",
        "/outils/inscription",
        "/outils/notifications",
        "/formations/seances",
        "/recherche",
        "/glossaire",
        "/",
    ]
    return sorted({*pages, *sections, *tools})


@pytest.fixture(scope="module")
def whole_site(shared_app: Flask) -> dict[str, BeautifulSoup]:
    """Every page by its address, each checked whole as it is fetched: once for the tests below."""
    pages = Pages(shared_app)
    return {address: pages.get(address) for address in every_address(shared_app)}


def test_every_page_of_the_site_is_well_made(whole_site: dict[str, BeautifulSoup]) -> None:
    assert len(whole_site) > 200


def test_every_link_of_every_page_leads_somewhere(
    shared_app: Flask, whole_site: dict[str, BeautifulSoup]
) -> None:
    seen: dict[str, str] = {}
    for address, page in whole_site.items():
        for link in page.select(
            "a[href^='/']:not([href='/compte/']), img[src^='/'], [hx-get^='/']"
        ):
            seen.setdefault(str(link.get("href") or link.get("src") or link.get("hx-get")), address)
    broken = []
    for target, where in seen.items():
        # A booklet takes seconds to set: tests/content/test_booklets.py makes one.
        if target.startswith("/static/") or target.endswith(".pdf"):
            continue
        with shared_app.test_client() as client, client.get(target) as response:
            if response.status_code != 200:
                broken.append(f"{where} → {target}: {response.status_code}")
    assert not broken, "\n".join(broken)


def links_of(page: BeautifulSoup) -> set[str]:
    """The addresses that a page leads to, without what only says how one came."""
    found = {str(link["href"]).partition("#")[0] for link in page.select("a[href^='/']")}
    return {href.partition("?parcours=")[0] for href in found}


def test_every_page_is_three_clicks_from_home_without_the_sitemap(
    whole_site: dict[str, BeautifulSoup], pages: Pages
) -> None:
    seen, shown = {"/"}, {"/"}
    for _click in range(3):
        shown = {to for here in shown for to in _shown(whole_site, pages, here)} - seen
        seen |= shown
    assert sorted(of_content(whole_site) - seen) == []


def of_content(whole_site: dict[str, BeautifulSoup]) -> set[str]:
    """The addresses of pages that are content files of a section."""
    kinds = tuple(f"/{kind}/" for kind in SECTIONS)
    found = {a for a in whole_site if a.startswith(kinds) and not a.endswith("/")}
    return found - {"/formations/seances"}


def _shown(whole_site: dict[str, BeautifulSoup], pages: Pages, address: str) -> set[str]:
    if "?page=" in address and address.partition("?")[0] in whole_site:
        return links_of(pages.get(address))  # the next pages of a list
    if address == "/plan-du-site" or address not in whole_site:
        return set()
    return links_of(whole_site[address])


def test_no_page_is_known_by_its_list_alone(whole_site: dict[str, BeautifulSoup]) -> None:
    """Somebody who reads one page is led to each other by at least one that is no list."""
    lists = {"/", "/plan-du-site", *(address for address in whole_site if address.endswith("/"))}
    led = {to for here, page in whole_site.items() if here not in lists for to in links_of(page)}
    # An issue of the newsletter is read from the mail, from home or from its list.
    known = {a for a in of_content(whole_site) if not a.startswith("/newsletter/")}
    assert sorted(known - led) == []


def test_every_endpoint_is_in_the_sitemap_or_listed_as_not_to_be(
    shared_app: Flask, pages: Pages
) -> None:
    plan = pages.get("/plan-du-site")
    with shared_app.test_request_context():
        adapter = shared_app.url_map.bind("localhost")
        linked = {
            adapter.match(str(a["href"]).split("?")[0])[0] for a in plan.select("main a[href^='/']")
        }
        linked |= {
            adapter.match(str(a["href"]).split("?")[0])[0]
            for a in plan.select("footer a[href^='/']")
        }
    rules = list(shared_app.url_map.iter_rules())
    endpoints = {rule.endpoint for rule in rules if not rule.rule.startswith(PERSONAL_ADDRESSES)}
    endpoints = {name for name in endpoints if not name.startswith(PERSONAL)}
    assert endpoints - linked - set(NOT_IN_SITEMAP) == set()


def test_what_is_listed_as_not_in_the_sitemap_exists(shared_app: Flask) -> None:
    endpoints = {rule.endpoint for rule in shared_app.url_map.iter_rules()}
    assert set(NOT_IN_SITEMAP) - endpoints == set()


def test_every_public_tool_is_in_the_sitemap(shared_app: Flask, pages: Pages) -> None:
    listed = {link.get_text() for link in pages.get("/plan-du-site").select("main li a")}
    for tool in site_of(shared_app).tools.values():
        assert (tool.title in listed) is tool.public


@pytest.mark.parametrize(
    "path",
    sorted(
        p.relative_to(PACKAGE / "templates").as_posix()
        for p in (PACKAGE / "templates").rglob("*.*")
    ),
)
def test_every_template_compiles(shared_app: Flask, path: str) -> None:
    shared_app.jinja_env.get_template(path)


def test_a_template_with_a_fault_would_be_seen(shared_app: Flask) -> None:
    with pytest.raises(jinja2.TemplateSyntaxError):
        shared_app.jinja_env.from_string("{% if %}")


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \|.*\| (.+) \|$", text, re.MULTILINE)
    documented = dict(rows)
    for field in Settings.names():
        assert documented.get(field.name.upper()) == field.metadata["why"], field.name
    assert len(documented) == len(Settings.names())


def test_every_room_is_named_after_a_feature() -> None:
    """Someone who looks for trainings opens the same word in every room."""
    shared = {"components", "layout", "errors", "mail"}
    for folder in (PACKAGE / "templates").iterdir():
        assert folder.name in {*blueprints.FEATURES, *shared}, f"templates/{folder.name}"
    for folder in (PACKAGE / "domain").iterdir():
        if (folder / "__init__.py").exists():
            assert folder.name in blueprints.FEATURES, f"domain/{folder.name}"


def test_a_door_that_is_in_no_list_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = tuple(name for name in blueprints.FEATURES if name != "opinions")
    monkeypatch.setattr(blueprints, "FEATURES", fewer)
    with pytest.raises(RuntimeError, match="add opinions to FEATURES"):
        blueprints.register(Flask("half"))


# Tools that show somebody signed in what is theirs: no cache may share them.
ONE_S_OWN = {"/outils/notifications"}


def test_no_page_sets_a_cookie_or_asks_who_is_there(shared_app: Flask) -> None:
    for address in set(every_address(shared_app)) - ONE_S_OWN:
        with shared_app.test_client() as client:
            response = client.get(address)
        assert "Set-Cookie" not in response.headers, address
        assert "Cookie" not in response.headers.get("Vary", ""), address


def test_content_pages_hold_no_post_form(whole_site: dict[str, BeautifulSoup]) -> None:
    assert [url for url, page in whole_site.items() if page.select("form[method=post]")] == []


def test_the_checked_page_sees_what_is_wrong() -> None:
    from tests.pages import faults_of

    bad = (
        "<!doctype html><html lang='en'><head><title></title></head><body><main><h1>a</h1><h3>b</h3>"
        "<p id='x' style='color:red'>C'est « faux » ; oui...</p><p id='x'><input name='n'><img src='i'>"
        "<button onclick='x()'></button><a href='/' aria-describedby='rien'>l</a>"
        "<script>1</script><script src='https://ailleurs.example/x.js'></script></main></body></html>"
    )
    found = "\n".join(faults_of(bad))
    for fault in (
        "lang",
        "title",
        "h1 to h3",
        "id twice",
        "inline style",
        "field without label",
        "without alt",
        "without a name",
        "leads nowhere",
        "inline script",
        "inline handler",
        "another host",
        "apostrophe",
        "guillemets",
        "double sign",
        "three dots",
    ):
        assert fault in found, fault


def test_soup_is_parsed_as_a_browser_would() -> None:
    assert soup_of("<p>a<div>b").find("div") is not None


def test_the_frame_alone_says_error_in_a_title() -> None:
    """Written by a page too, it is said twice."""
    twice = [
        path.name
        for path in (PACKAGE / "templates").rglob("*.html")
        if re.search(r"\{% block title %\}.*Erreur", path.read_text(encoding="utf-8"))
    ]
    assert twice == []


def test_an_alert_is_drawn_by_its_macro() -> None:
    """Typed by hand, each says its role and its heading in its own way."""
    by_hand = [
        path.relative_to(PACKAGE / "templates").as_posix()
        for path in (PACKAGE / "templates").rglob("*.html")
        if path.parent.name != "components" and "fr-alert" in path.read_text(encoding="utf-8")
    ]
    mail = ["newsletter/letter_body.html"]  # inlined into a mail, where no macro of pages goes
    assert sorted(by_hand) == mail
