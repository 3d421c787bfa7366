"""What machines ask for: media, feeds, sitemap, robots, security.txt, OpenSearch."""

import mimetypes
from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus
from xml.etree import ElementTree as ET

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.content import SECTION, SECTIONS, bp
from communaute.blueprints.content.kept import keeping
from communaute.domain import clock
from communaute.editorial.feeds import atom_feed, changes_feed
from communaute.editorial.pages import Issue, Page
from communaute.wiring import current, letter_desk
from communaute.wiring.layout import absolute


SITE_NAME = "Communauté Chorus Pro"
FEED_LENGTH = 30
SITEMAP_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
SECURITY_TXT_LIFE = timedelta(days=180)


@bp.get("/media/<path:name>")
def media(name: str) -> ResponseReturnValue:
    """An image or a data file that stands beside a page."""
    address = f"/media/{name}"
    path = current.content().media.get(address) or abort(HTTPStatus.NOT_FOUND)
    mimetype = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    response = current.site().pages.respond(address, path.read_bytes, mimetype)
    # An SVG opened on its own is a document: it may run and fetch nothing.
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


@bp.get("/flux.atom")
def feed() -> ResponseReturnValue:
    """The latest pages of the whole site."""
    return answer_feed("/flux.atom", SITE_NAME, current.content().latest(FEED_LENGTH))


@bp.get(f"{SECTION}/flux.atom")
def section_feed(kind: str) -> ResponseReturnValue:
    """The latest pages of a section."""
    found = current.content().sections.get(kind) or abort(HTTPStatus.NOT_FOUND)
    title = f"{found.title} – {SITE_NAME}"
    return answer_feed(f"/{kind}/flux.atom", title, found.pages[:FEED_LENGTH])


def whole(page: Page) -> str:
    """What a feed gives of a page: an issue is read whole there, as in its mail."""
    return letter_desk.words_of(page) if isinstance(page, Issue) else page.html


def answer_feed(path: str, title: str, pages: Iterable[Page]) -> Response:
    """An Atom feed, kept like a page."""

    def make() -> str:
        base_url = current.settings().base_url
        return atom_feed(title, pages, base_url=base_url, path=path, author=SITE_NAME, whole=whole)

    return current.site().pages.respond(path, make, "application/atom+xml", keeping(path))


@bp.get("/changements.atom")
def changes() -> ResponseReturnValue:
    """What changed on the pages of the site, in words."""
    return answer_changes("/changements.atom", "Ce qui a changé", current.content().changed())


@bp.get(f"{SECTION}/<slug>.atom")
def page_changes(kind: str, slug: str) -> ResponseReturnValue:
    """What changed on one page."""
    found = current.content().page(f"/{kind}/{slug}") or abort(HTTPStatus.NOT_FOUND)
    return answer_changes(f"{found.url}.atom", f"Ce qui a changé : {found.title}", [found])


def answer_changes(path: str, title: str, pages: Iterable[Page]) -> Response:
    """A feed of changes, kept like a page."""

    def make() -> str:
        return changes_feed(title, pages, base_url=current.settings().base_url, path=path)

    return current.site().pages.respond(path, make, "application/atom+xml", keeping(path))


@bp.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """Every page for search engines."""
    path = "/sitemap.xml"
    return current.site().pages.respond(path, sitemap_xml, "application/xml", keeping(path))


def sitemap_xml() -> str:
    """The sitemap: pages with their last verification, sections, tools."""
    root = ET.Element("urlset", xmlns=SITEMAP_NAMESPACE)
    content = current.content()
    for page in content.pages.values():
        if page.url != "/accueil" and page.kind != "glossaire":
            add_url(root, page.url, page.verified.isoformat() if page.verified else "")
    sections = [f"/{kind}/" for kind in SECTIONS if kind in content.sections]
    tools = [url_for(tool.endpoint) for tool in current.tools().values() if tool.public]
    for path in ["/", "/glossaire", "/outils/", *sections, *tools]:
        add_url(root, path)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def add_url(root: ET.Element, path: str, modified: str = "") -> None:
    """One entry of the sitemap."""
    entry = ET.SubElement(root, "url")
    ET.SubElement(entry, "loc").text = absolute(path)
    if modified:
        ET.SubElement(entry, "lastmod").text = modified


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Everything may be read but accounts and search results."""
    lines = ["User-agent: *", "Disallow: /compte/", "Disallow: /gestion/", "Disallow: /recherche"]
    return text([*lines, "", f"Sitemap: {absolute('/sitemap.xml')}"])


@bp.get("/.well-known/security.txt")
def security_txt() -> ResponseReturnValue:
    """How to report a vulnerability (RFC 9116)."""
    email = current.settings().contact_email
    contact = f"mailto:{email}" if email else absolute("/contact")
    expires = (clock.now() + SECURITY_TXT_LIFE).replace(hour=0, minute=0, second=0, microsecond=0)
    return text(
        [
            f"Contact: {contact}",
            f"Expires: {expires.isoformat()}",
            "Preferred-Languages: fr, en",
            f"Canonical: {absolute('/.well-known/security.txt')}",
        ]
    )


def text(lines: list[str]) -> Response:
    """Plain text, one line each."""
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/opensearch.xml")
def opensearch() -> ResponseReturnValue:
    """Lets a browser search the site from its address bar."""
    body = render_template("content/opensearch.xml", host=request.host)
    return Response(body, mimetype="application/opensearchdescription+xml")
