"""What machines read of a page: JSON-LD, and small pages made by code."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from communaute.editorial.pages import Illustration
from communaute.wiring.layout import absolute


@dataclass(frozen=True)
class PlainPage:
    """A page that has no content file: what its head needs."""

    url: str
    title: str
    summary: str
    html: str = ""
    published: date | None = None
    verified: date | None = None
    illustration: Illustration | None = None


def at(found: Any, url: str) -> PlainPage:  # noqa: ANN401  # a Section or a Page
    """The same title and summary at another address."""
    return PlainPage(
        url,
        found.title,
        found.summary,
        getattr(found, "html", "") or getattr(found, "intro", ""),
        illustration=getattr(found, "illustration", None),
    )


def of_page(page: Any) -> dict[str, object]:  # noqa: ANN401  # anything with a title
    """A page as schema.org sees it: an article when it has dates, a page otherwise."""
    value: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Article" if getattr(page, "published", None) else "WebPage",
        "headline": page.title,
        "description": page.summary,
        "inLanguage": "fr",
        "url": absolute(page.url),
        "isPartOf": {"@type": "WebSite", "name": "Communauté Chorus Pro", "url": absolute("/")},
    }
    if getattr(page, "published", None):
        value["datePublished"] = page.published.isoformat()
        value["dateModified"] = page.verified.isoformat()
    return value
