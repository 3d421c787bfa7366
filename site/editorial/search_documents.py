"""What search is given: each part of each page, glossary terms, and tools."""

import re
from collections.abc import Iterator
from datetime import date

from communaute.editorial.content import Content
from communaute.editorial.pages import PUBLICS, GlossaryTerm, Page, TextSection
from communaute.french.typography import typeset
from search_index.document import Document


# What names no public (terms, tools, legal pages) is for all of them: no filter hides it.
EVERYBODY = tuple(PUBLICS)
# The home page is where one searches from; it says nothing that its links do not.
HOME = "/accueil"
# A cell, a step's name, a title: what ends its line without a stop is told from what follows.
BETWEEN_CELLS = re.compile(r"(?<=[^\s.!?:;,…])\n")


def search_documents(content: Content, today: date) -> Iterator[Document]:
    """Return one document for each part of each page, then one for each public tool."""
    words = content.linking_words()
    for page in content.pages.values():
        if page.url == HOME:
            continue
        links = words.get(page.url, ())
        for number, part in enumerate(_parts(page)):
            yield _document(page, number, part, links, today)
    yield from _tools(content)


def _parts(page: Page) -> list[TextSection]:
    """Return the parts that say something; the first carries the summary."""
    first, *others = page.text_sections or (TextSection("", (), ""),)
    # A glossary term's summary is its first sentence: said once.
    summary = "" if first.text.startswith(page.summary.rstrip("….")) else page.summary
    opening = TextSection("", (), "\n".join(filter(None, (summary, first.text))))
    return [opening, *(part for part in others if part.text)]


def _document(
    page: Page, number: int, part: TextSection, links: tuple[str, ...], today: date
) -> Document:
    return Document(
        id=f"{page.url}#{number}" if "#" not in page.url else f"{page.url}.{number}",
        page=page.url,
        url=f"{page.url.partition('#')[0]}#{part.anchor}" if part.anchor else page.url,
        title=page.title,
        headings=" > ".join(part.path),
        body=BETWEEN_CELLS.sub(" · ", part.text),
        kind=page.kind,
        audience=page.publics or EVERYBODY,
        keywords=(*page.keywords, *_names(page)),
        links=links,
        verified=page.verified,
        expired=page.is_expired(today),
        replaced_by=page.replaced_by,
    )


def _names(page: Page) -> tuple[str, ...]:
    if isinstance(page, GlossaryTerm):
        return tuple(filter(None, (page.acronym, *page.aliases)))
    return ()


def _tools(content: Content) -> Iterator[Document]:
    for name, tool in content.tools.items():
        if tool.public:
            url = content.tool_addresses[name]
            needs = typeset(f"À avoir sous la main : {tool.needs}") if tool.needs else ""
            body = "\n".join(filter(None, (tool.summary, needs)))
            yield Document(
                id=f"{url}#0",
                page=url,
                url=url,
                title=tool.title,
                headings="",
                body=body,
                kind="outils",
                audience=EVERYBODY,
            )
