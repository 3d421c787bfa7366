"""What must be true of the whole site: no page, template, setting or feature was forgotten."""

import re
from pathlib import Path
from typing import cast

import jinja2
import pytest
from bs4 import BeautifulSoup
from flask import Flask

from communaute import PACKAGE, blueprints
from communaute.blueprints.content.sections import SECTIONS
from communaute.config import Settings
from communaute.current import Site
from tests.conftest import ROOT
from tests.pages import Pages, soup_of


FEATURES = frozenset(
    {"content", "search", "accounts", "structures", "siret", "trainings", "tariffs", "signatures"}
    | {"notifications", "messages", "newsletter", "testimonials", "opinions", "backoffice"}
)
# Doors that are no feature: they are for whoever runs the site.
OPERATIONS = frozenset({"health"})
# Addresses that people never browse to: the plan du site does not list them.
NOT_IN_SITEMAP = {
    "content.feed": "linked once, as the feed of the whole site",
    "content.section_feed": "linked from its section",
    "content.media": "images and data of pages",
    "content.opensearch": "for browsers",
    "content.robots": "for search engines",
    "content.security_txt": "for security researchers",
    "content.sitemap": "for search engines",
    "content.page_with_slash": "leads to the page",
    "content.root_page_with_slash": "leads to the page",
    "health.alive": "for the operator",
    "health.ready": "for the operator",
    "accounts.space": "linked from every page's header",
    "backoffice.postbox": "development only",
    "backoffice.posted": "development only",
    "opinions.give": "opened from the page it is about",
    "opinions.receive": "a form's answer",
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
    "signatures.control": "opened from the tool and from a report",
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
    "tariffs.delegates": "linked from the tariff finder",
    "tariffs.formula": "opened from the tariff it works out",
    "tariffs.interpreting": "linked from the tariff finder",
    "tariffs.keep": "a form's answer",
    "tariffs.kept": "a link that its maker keeps",
    "tariffs.receive": "a form's answer",
    "tariffs.report": "opened from the tariff it is about",
    "tariffs.schema": "linked from the tariffs' open data",
    "tariffs.translation": "linked from the tariff finder",
    "tariffs.travelling": "linked from the tariff finder",
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
PERSONAL = ("accounts.", "backoffice.", "security.", "structures.")
PERSONAL_ADDRESSES = ("/compte/", "/gestion/", "/outils/inscription/<token>")


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
        "/outils/inscription",
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
        if target.startswith("/static/"):
            continue
        with shared_app.test_client() as client, client.get(target) as response:
            if response.status_code != 200:
                broken.append(f"{where} → {target}: {response.status_code}")
    assert not broken, "\n".join(broken)


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
    for name in blueprints.FEATURES:
        assert name in FEATURES | OPERATIONS, f"blueprints/{name} is no word of the house"
    for folder in (PACKAGE / "templates").iterdir():
        assert folder.name in FEATURES | {"components", "layout", "errors", "mail"}, folder
    for package in packages_of(PACKAGE / "blueprints"):
        assert package in blueprints.FEATURES, f"blueprints/{package} is not registered"


def packages_of(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if (path / "__init__.py").exists()]


def test_no_page_sets_a_cookie_or_asks_who_is_there(shared_app: Flask) -> None:
    for address in every_address(shared_app):
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
