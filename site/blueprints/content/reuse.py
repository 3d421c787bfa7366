"""Pages for those who use them elsewhere: as Markdown, as JSON, and the list of all of them."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus

from flask import Response, abort
from flask.typing import ResponseReturnValue

from communaute.blueprints.content import SECTION, bp
from communaute.editorial.licence import CREDIT, LICENCE, LICENCE_URL
from communaute.editorial.pages import PERIODS, Page
from communaute.wiring import current
from communaute.wiring.layout import absolute


def found_at(path: str) -> Page:
    """The page at this address, which has one of its own; 404 otherwise."""
    return current.content().page(path) or abort(HTTPStatus.NOT_FOUND)


@bp.get(f"{SECTION}/<slug>.md")
def as_markdown(kind: str, slug: str) -> ResponseReturnValue:
    """The page as its authors write it, its licence and its address in the header."""
    page = found_at(f"/{kind}/{slug}")

    def make() -> str:
        text = page.source_path.read_text(encoding="utf-8")
        said = f'---\nurl: {absolute(page.url)}\nlicence: "{LICENCE}, {CREDIT}"\n'
        return text.replace("---\n", said, 1)

    return current.site().pages.respond(f"{page.url}.md", make, "text/markdown")


@bp.get(f"{SECTION}/<slug>.json")
def as_json(kind: str, slug: str) -> ResponseReturnValue:
    """The page as values: what it says by part, its dates, its sources, its screens."""
    page = found_at(f"/{kind}/{slug}")
    return kept_json(f"{page.url}.json", lambda: {**summary_of(page), **whole(page)})


@bp.get("/contenus.json")
def every_content() -> ResponseReturnValue:
    """Every page that has an address of its own, and where to read it in other forms."""
    pages = [p for p in current.content().pages.values() if p.kind not in {"glossaire", "pages"}]
    return kept_json(
        "/contenus.json",
        lambda: {
            "licence": LICENCE,
            "licence_url": LICENCE_URL,
            "attribution": CREDIT,
            "pages": [summary_of(page) for page in sorted(pages, key=lambda page: page.url)],
        },
    )


def kept_json(path: str, make: Callable[[], Mapping[str, object]]) -> Response:
    """A JSON answer, kept like a page."""
    return current.site().pages.respond(
        path,
        lambda: json.dumps(make(), ensure_ascii=False, indent=1),
        "application/json",
    )


def summary_of(page: Page) -> Mapping[str, object]:
    """What the list says of a page."""
    return {
        "url": absolute(page.url),
        "markdown": absolute(f"{page.url}.md"),
        "json": absolute(f"{page.url}.json"),
        "changes": absolute(f"{page.url}.atom"),
        "kind": page.kind,
        "title": page.title,
        "summary": page.summary,
        "publics": list(page.publics),
        "published": page.published and page.published.isoformat(),
        "verified": page.verified and page.verified.isoformat(),
        "valid_until": page.valid_until and page.valid_until.isoformat(),
        "replaced_by": absolute(page.replaced_by) if page.replaced_by else None,
        "changed": page.updated_note or None,
    }


def whole(page: Page) -> Mapping[str, object]:
    """What one page says besides."""
    read = page.verified
    return {
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "attribution": CREDIT,
        "screens": PERIODS[page.screens].label if page.screens else None,
        "parts": [
            {"anchor": part.anchor, "headings": list(part.path), "text": part.text}
            for part in page.text_sections
        ],
        "html": page.html,
        "sources": [
            {
                "number": number,
                "label": source.label,
                "url": source.url or None,
                "note": source.note or None,
                "read": (day := source.read or read) and day.isoformat(),
            }
            for number, source in enumerate(page.sources, 1)
        ],
        "see_also": [absolute(url) for url in page.see_also],
    }
