"""Everything the site says, as one value that views read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from communaute.editorial.faults import Fault
from communaute.editorial.files import Stamp, stamps
from communaute.editorial.home import HomeChoices
from communaute.editorial.kinds import KINDS
from communaute.editorial.media import Media
from communaute.editorial.pages import (
    GlossaryTerm,
    Issue,
    LinkUse,
    Page,
    SectionIndex,
    Testimonial,
)
from communaute.editorial.screens import KnownLabel
from communaute.editorial.texts import Text
from communaute.web.tools import Tool


@dataclass(frozen=True, kw_only=True)
class Section:
    """A kind's folder: what its `_index.md` says and its pages, in their order.

    `intro` is said above the list of pages and `closing` below it: a line `---` parts them.
    `index` is None when the folder has no readable `_index.md`.
    """

    kind: str
    url: str
    title: str
    summary: str
    intro: str
    closing: str
    order: int
    pages: tuple[Page, ...]
    index: SectionIndex | None = None


@dataclass(frozen=True, slots=True)
class Hidden:
    """A page that its file keeps from visitors: what the check reads of it all the same.

    `header` holds the values that read well; nothing else is known of a file that is no text.
    """

    url: str
    source_path: Path
    header: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    links: tuple[LinkUse, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything the site says. `pages` is by address; `media` by address too.

    `faults` hide something from visitors; `every_fault` is all that reading found.
    """

    directory: Path
    pages: Mapping[str, Page]
    sections: Mapping[str, Section]
    glossary: tuple[GlossaryTerm, ...]
    issues: tuple[Issue, ...]
    media: Mapping[str, Path]
    faults: tuple[Fault, ...]
    fingerprint: str
    home: HomeChoices = field(default_factory=HomeChoices)
    texts: Mapping[str, Text] = field(default_factory=dict, repr=False)
    labels: Mapping[str, KnownLabel] = field(default_factory=dict, repr=False)
    tools: Mapping[str, Tool] = field(default_factory=dict)
    tool_addresses: Mapping[str, str] = field(default_factory=dict)
    every_fault: tuple[Fault, ...] = field(default=(), repr=False)
    hidden: tuple[Hidden, ...] = field(default=(), repr=False)
    media_files: Mapping[str, Media] = field(default_factory=dict, repr=False)
    stamps: Mapping[str, Stamp] = field(default_factory=dict, repr=False)

    def page(self, url: str) -> Page | None:
        """Return the page at this address, None when there is none."""
        return self.pages.get(url)

    def text(self, key: str) -> Text:
        """Return a text of a tool, by `feature/id`. Raises KeyError, which names the file to write."""
        if key not in self.texts:
            feature, _, name = key.partition("/")
            raise KeyError(f"content/textes/{feature}.md has no part « ## {name} »")
        return self.texts[key]

    def latest(self, n: int) -> list[Page]:
        """Return the `n` pages last published, newest first; terms and legal pages are not news."""
        dated = [page for page in self.pages.values() if page.published and page.kind in _NEWS]
        dated.sort(key=lambda page: page.url)
        dated.sort(key=lambda page: page.published or date.min, reverse=True)
        return dated[:n]

    @cached_property
    def submissions(self) -> Mapping[str, str]:
        """The addresses of testimonials sent here, by their reference: these may be withdrawn."""
        return {
            page.submission: page.url
            for page in self.pages.values()
            if isinstance(page, Testimonial) and page.submission
        }

    def without(self, urls: frozenset[str]) -> "Content":
        """Return the same content, these pages nowhere in it."""
        sections = {
            kind: replace(section, pages=tuple(p for p in section.pages if p.url not in urls))
            for kind, section in self.sections.items()
        }
        pages = {url: page for url, page in self.pages.items() if url not in urls}
        fingerprint = f"{self.fingerprint}-{len(pages)}"
        return replace(self, pages=pages, sections=sections, fingerprint=fingerprint)

    def stale(self) -> bool:
        """Say whether a file was added, removed or written since the content was loaded."""
        return stamps(self.directory) != self.stamps

    def linking_words(self) -> dict[str, tuple[str, ...]]:
        """Return, for each address of a page, the words with which other pages link to it."""
        words: dict[str, dict[str, None]] = {}
        for page, target, text in self._links():
            if target != page.url and text:
                words.setdefault(target, {})[text] = None
        return {target: tuple(texts) for target, texts in words.items()}

    def linked_from(self, url: str) -> list[Page]:
        """Return the pages whose text or « à lire ensuite » leads to this one, by title."""
        found = {page.url: page for page, target, _ in self._links() if target == url}
        found |= {page.url: page for page in self.pages.values() if url in page.see_also}
        found.pop(url, None)
        return sorted(found.values(), key=lambda page: (page.kind, page.title))

    def changed(self) -> list[Page]:
        """Return the pages that say what changed on them, the last verified first."""
        told = [page for page in self.pages.values() if page.updated_note and page.verified]
        told.sort(key=lambda page: page.url)
        return sorted(told, key=lambda page: page.verified or date.min, reverse=True)

    def _links(self) -> Iterator[tuple[Page, str, str]]:
        for page in self.pages.values():
            for link in page.links:
                target = link.target if link.target in self.pages else link.target.partition("#")[0]
                yield page, target.partition("?")[0], link.text


_NEWS = frozenset(KINDS) - {"glossaire", "pages", "statuts", "tarifs", "questions"}
