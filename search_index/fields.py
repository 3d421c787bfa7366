"""What a section's texts weigh: one weighted field, so that BM25 sees them together."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from search_index.analysis import Term, terms
from search_index.document import Document
from search_index.normalizing import canonical


# A word of the title says four times what a word of the body says. Scoring each field
# alone and adding (what Whoosh's BM25F does) rewards a word said everywhere twice:
# weighted frequencies are added first, then saturate once (Robertson, Zaragoza, Taylor,
# "Simple BM25 extension to multiple weighted fields", 2004).
WEIGHTS = {"title": 4.0, "keywords": 3.0, "headings": 2.5, "links": 2.0, "body": 1.0}
Field = Literal["title", "keywords", "headings", "links", "body"]


def texts(document: Document) -> Iterator[tuple[Field, str]]:
    """Yield each text of the section and its field, in canonical Unicode."""
    yield "title", canonical(document.title)
    yield "headings", canonical(document.headings)
    for keyword in document.keywords:
        yield "keywords", canonical(keyword)
    for link in document.links:
        yield "links", canonical(link)
    yield "body", canonical(document.body)


class Occurrence(NamedTuple):
    """A term where it stands in a section: its raw spelling, its field and its weight."""

    term: Term
    raw: str
    field: Field
    weight: float


def occurrences(document: Document) -> Iterator[Occurrence]:
    """Yield every term of the section, field by field, in reading order."""
    for field, text in texts(document):
        for term in terms(text):
            yield Occurrence(term, text[term.start : term.end], field, WEIGHTS[field])
