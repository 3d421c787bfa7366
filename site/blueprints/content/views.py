"""Content pages: the same for every visitor, kept ready to send."""

from http import HTTPStatus

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.content import SECTION, SECTIONS, bp, listing, structured
from communaute.blueprints.content.kept import cached
from communaute.domain.structures.statuses import ACTORS
from communaute.editorial.pages import Page
from communaute.web.rendering import wants_fragment
from communaute.wiring import current


# The home page has a content file, and the shortest address.
HOME = "accueil"
# How many pages the home page compares with the reader's last visit.
LATEST = 8
TEMPLATES = {
    "newsletter": "content/issue.html",
    "parcours": "content/path.html",
    "statuts": "content/status.html",
    "temoignages": "content/testimonial.html",
    "pages": "content/legal.html",
    "guides": "content/guide.html",
}
SECTION_TEMPLATES = {"statuts": "content/statuses.html"}


@bp.get("/")
def home() -> ResponseReturnValue:
    """The home page."""
    content = current.content()
    page = content.page("/accueil") or abort(HTTPStatus.NOT_FOUND)
    return cached("/", "content/home.html", page=structured.at(page, "/"), home=home_parts())


def home_parts() -> dict[str, object]:
    """What lives on the home page."""
    content = current.content()
    sections = content.sections
    return {
        "questions": content.home.questions,
        "doors": content.home.doors[:6],
        "trainings": sections["formations"].pages[:3] if "formations" in sections else (),
        "news": listing.still_true(
            sections["actualites"].pages if "actualites" in sections else ()
        )[:4],
        "latest": content.latest(LATEST),
        "paths": sections["parcours"].pages if "parcours" in sections else (),
        "issue": content.issues[0] if content.issues else None,
        "signature": signature_address(),
    }


def signature_address() -> str | None:
    """Where a signature is verified: the tool once it is built, its guide until then."""
    tool = current.tools().get("signature")
    if tool:
        return url_for(tool.endpoint)
    guide = current.content().page("/guides/verifier-une-signature")
    return guide.url if guide else None


@bp.get(f"{SECTION}/")
def section(kind: str) -> ResponseReturnValue:
    """A section: its pages by task, all of them; or a list, ten at a time. Filtered by public."""
    found = current.content().sections.get(kind) or abort(HTTPStatus.NOT_FOUND)
    public = request.args.get("public")
    groups = listing.in_groups(found, public)
    per_page = max(len(found.pages), 1) if groups else listing.PER_PAGE
    shown = listing.page_of(found.pages, public, request.args.get("page"), per_page)
    if shown is None:
        abort(HTTPStatus.NOT_FOUND)
    address = listing.addresses(found.url, shown.public)
    return cached(
        address(shown.number),
        SECTION_TEMPLATES.get(kind, "content/section.html"),
        page=found,
        crumbs=[(found.title, found.url)],
        address=address,
        groups=groups,
        actors=ACTORS,
        **vars(shown),
    )


@bp.get(f"{SECTION}/<slug>")
def page(kind: str, slug: str) -> ResponseReturnValue:
    """A content page."""
    found = current.content().page(f"/{kind}/{slug}") or abort(HTTPStatus.NOT_FOUND)
    parent = current.content().sections.get(kind)
    crumbs = [(parent.title, parent.url)] if parent else []
    return show(found, [*crumbs, (found.title, found.url)])


@bp.get("/<slug>")
def root_page(slug: str) -> ResponseReturnValue:
    """A page at the root: legal notice, accessibility, contact…"""
    if slug == HOME:
        return redirect("/", HTTPStatus.PERMANENT_REDIRECT)
    found = current.content().page(f"/{slug}") or abort(HTTPStatus.NOT_FOUND)
    return show(found, [(found.title, found.url)])


def show(found: Page, crumbs: list[tuple[str, str]]) -> Response:
    """A page by the template of its kind."""
    content = current.content()
    articles = [content.page(url) for url in getattr(found, "articles", ())]
    return cached(
        found.url,
        TEMPLATES.get(found.kind, "content/article.html"),
        page=found,
        crumbs=crumbs,
        replacement=content.page(found.replaced_by) if found.replaced_by else None,
        see_also=[other for url in found.see_also if (other := content.page(url))],
        linked_from=content.linked_from(found.url),
        reusable=found.kind in SECTIONS,
        articles=[article for article in articles if article],
        actors=ACTORS,
        guide=content.page(getattr(found, "guide", "").partition("#")[0]),
    )


@bp.get(f"{SECTION}/<slug>/")
def page_with_slash(kind: str, slug: str) -> ResponseReturnValue:
    """Pages do not end with a slash: the other form leads to it."""
    return redirect(f"/{kind}/{slug}", HTTPStatus.PERMANENT_REDIRECT)


@bp.get("/<slug>/")
def root_page_with_slash(slug: str) -> ResponseReturnValue:
    """The same for pages at the root; sections are matched before."""
    return redirect(f"/{slug}", HTTPStatus.PERMANENT_REDIRECT)


@bp.get("/glossaire")
def glossary() -> ResponseReturnValue:
    """Every term, by letter."""
    content = current.content()
    found = content.sections.get("glossaire") or abort(HTTPStatus.NOT_FOUND)
    return cached(
        "/glossaire",
        "content/glossary.html",
        page=structured.at(found, "/glossaire"),
        crumbs=[(found.title, "/glossaire")],
        letters=listing.by_letter(content.glossary),
    )


@bp.get("/glossaire/<slug>")
def term(slug: str) -> ResponseReturnValue:
    """A term alone, to be opened where it is read; typed as an address, it leads to the glossary."""
    terms = {each.slug: each for each in current.content().glossary}
    found = terms.get(slug) or abort(HTTPStatus.NOT_FOUND)
    if not wants_fragment():
        return redirect(f"/glossaire#{slug}")
    return current.site().pages.respond(
        f"/glossaire/{slug}?fragment=1", lambda: render_template("content/term.html", term=found)
    )


@bp.get("/plan-du-site")
def sitemap_page() -> ResponseReturnValue:
    """Every page of the site, by section."""
    content = current.content()
    found = content.page("/plan-du-site") or abort(HTTPStatus.NOT_FOUND)
    return cached(
        "/plan-du-site",
        "content/sitemap.html",
        page=found,
        crumbs=[(found.title, found.url)],
        sections=[s for kind, s in content.sections.items() if kind in SECTIONS and s.pages],
        others=root_pages(),
    )


def root_pages() -> list[Page | structured.PlainPage]:
    """The pages at the root, the home page aside, and the glossary."""
    content = current.content()
    pages = [p for p in content.pages.values() if p.kind == "pages" and p.slug != HOME]
    glossary_page = content.sections.get("glossaire")
    extra = [structured.at(glossary_page, "/glossaire")] if glossary_page else []
    return [*extra, *pages]


@bp.get("/outils/")
def tools() -> ResponseReturnValue:
    """Every tool that is built."""
    title = "Outils"
    page = structured.PlainPage(
        url="/outils/",
        title=title,
        summary="Des outils gratuits, sans compte, qui répondent à une question précise.",
    )
    return cached("/outils/", "content/tools.html", page=page, crumbs=[(title, "/outils/")])
