"""Everything the site says, as one value that views read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from communaute.editorial.faults import Fault
from communaute.editorial.files import Stamp, stamps
from communaute.editorial.kinds import KINDS
from communaute.editorial.media import Media
from communaute.editorial.pages import GlossaryTerm, Issue, Page
from communaute.editorial.search_documents import search_documents
from communaute.web.tools import Tool
from search_index.document import Document


@dataclass(frozen=True, kw_only=True)
class Section:
    """A kind's folder: what its `_index.md` says and its pages, in their order.

    `index` is None when the folder has no readable `_index.md`.
    """

    kind: str
    url: str
    title: str
    summary: str
    intro: str
    order: int
    pages: tuple[Page, ...]
    index: Page | None = None


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything the site says. `pages` is by address; `media` by address too."""

    directory: Path
    pages: Mapping[str, Page]
    sections: Mapping[str, Section]
    glossary: tuple[GlossaryTerm, ...]
    issues: tuple[Issue, ...]
    media: Mapping[str, Path]
    faults: tuple[Fault, ...]
    fingerprint: str
    tools: Mapping[str, Tool] = field(default_factory=dict)
    tool_addresses: Mapping[str, str] = field(default_factory=dict)
    every_fault: tuple[Fault, ...] = field(default=(), repr=False)
    media_files: Mapping[str, Media] = field(default_factory=dict, repr=False)
    stamps: Mapping[str, Stamp] = field(default_factory=dict, repr=False)

    def page(self, url: str) -> Page | None:
        """Return the page at this address, None when there is none."""
        return self.pages.get(url)

    def latest(self, n: int) -> list[Page]:
        """Return the `n` pages last published, newest first; terms and legal pages are not news."""
        dated = [page for page in self.pages.values() if page.published and page.kind in _NEWS]
        dated.sort(key=lambda page: page.url)
        dated.sort(key=lambda page: page.published or date.min, reverse=True)
        return dated[:n]

    def stale(self) -> bool:
        """Say whether a file was added, removed or written since the content was loaded."""
        return stamps(self.directory) != self.stamps

    def search_documents(self, today: date | None = None) -> list[Document]:
        """Return what search indexes: each part of each page, and the tools."""
        return list(search_documents(self, today or datetime.now(UTC).date()))

    def linking_words(self) -> dict[str, tuple[str, ...]]:
        """Return, for each address of a page, the words with which other pages link to it."""
        words: dict[str, dict[str, None]] = {}
        for page, target, text in self._links():
            if target != page.url and text:
                words.setdefault(target, {})[text] = None
        return {target: tuple(texts) for target, texts in words.items()}

    def _links(self) -> Iterator[tuple[Page, str, str]]:
        for page in self.pages.values():
            for link in page.links:
                target = link.target if link.target in self.pages else link.target.partition("#")[0]
                yield page, target.partition("?")[0], link.text


_NEWS = frozenset(KINDS) - {"glossaire", "pages", "statuts", "tarifs", "questions"}
