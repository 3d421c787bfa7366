"""What a page is written among: tools, glossary, media, blocks given by the site."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from communaute.editorial.media import Media
from communaute.editorial.slugs import slugify
from communaute.web.tools import Tool


ToolUrl = Callable[[str, Mapping[str, str]], str]
"""From a tool's endpoint and its arguments to its address."""


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary term as links see it."""

    slug: str
    title: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that rendering one page needs to know of the rest."""

    tools: Mapping[str, Tool] = field(default_factory=dict)
    tool_url: ToolUrl | None = None
    insertions: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)
    media: Mapping[str, Media] = field(default_factory=dict)

    def term(self, name: str) -> Term | None:
        """Return the term that has this title, acronym, alias or file name."""
        return self.terms.get(slugify(name))

    def address_of(self, tool: Tool, arguments: Mapping[str, str]) -> str:
        """Return the address of a tool with these arguments."""
        if self.tool_url is not None:
            return self.tool_url(tool.endpoint, arguments)
        query = f"?{urlencode(arguments)}" if arguments else ""
        return f"/outils/{tool.name}{query}"


def index_terms(terms: list[Term]) -> dict[str, Term]:
    """Return each term under every name it goes by; the first to claim a name keeps it."""
    index: dict[str, Term] = {}
    for term in terms:
        for name in (term.title, term.slug, *term.names):
            index.setdefault(slugify(name), term)
    return index
