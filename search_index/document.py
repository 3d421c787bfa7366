"""What the index is given: one section of one page, as a value."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A section of a page, as visitors will find it.

    `page` groups the sections of one page and `replaced_by` names another page;
    `url` leads to the section's anchor. `headings` is the path of headings above
    the text, joined by " > " and empty for the page's introduction. `keywords`
    are words that visitors type and the text lacks; `links` the words with which
    other pages link here. `expired` pages rank below the page that replaces them.
    """

    id: str
    page: str
    url: str
    title: str
    headings: str
    body: str
    kind: str = ""
    audience: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    verified: date | None = None
    expired: bool = False
    replaced_by: str = ""

    @property
    def name(self) -> str:
        """The title; for a page that has none, the first heading above the text."""
        return self.title or self.headings.partition(" > ")[0]
