"""What a section's texts weigh: one weighted field, so that BM25 sees them together."""

from collections.abc import Iterator
from typing import Literal

from search_index.document import Document
from search_index.normalizing import canonical


Field = Literal["title", "keywords", "links", "heading", "path", "lead", "body"]

# Weighted frequencies are added before they saturate (Robertson, Zaragoza, Taylor, "Simple
# BM25 extension to multiple weighted fields", 2004): scoring each field alone and adding,
# as Whoosh's BM25F does, rewards a word said everywhere once for each field.
# In a section its own heading tells more than the path above it, which its sisters share.
# A text says first what it is about: the first words of a body count once more.
IN_SECTION: dict[Field, float] = {
    "title": 12.0,
    "keywords": 8.0,
    "links": 4.0,
    "heading": 1.5,
    "path": 0.3,
    "lead": 2.0,
    "body": 1.0,
}
# In a page, the title and each heading are counted once, however many sections there are;
# its lead is that of its first section.
IN_PAGE: dict[Field, float] = {
    "title": 12.0,
    "keywords": 8.0,
    "links": 4.0,
    "heading": 2.0,
    "path": 0.0,
    "lead": 2.0,
    "body": 1.0,
}
LEAD = 25


def texts(document: Document) -> Iterator[tuple[Field, str]]:
    """Yield each text of the section and its field, in canonical Unicode and reading order.

    The body comes in two pieces, its lead and the rest.
    """
    path, _, heading = document.headings.rpartition(" > ")
    yield "title", canonical(document.name)
    yield "path", canonical(path)
    yield "heading", canonical(heading)
    for keyword in document.keywords:
        yield "keywords", canonical(keyword)
    for link in document.links:
        yield "links", canonical(link)
    lead, rest = _split(canonical(document.body))
    yield "lead", lead
    yield "body", rest


def _split(body: str) -> tuple[str, str]:
    """Return the first 25 words of a body, and the rest."""
    words = body.split(" ", LEAD)
    if len(words) <= LEAD:
        return body, ""
    rest = words[-1]
    return body[: len(body) - len(rest)], rest
