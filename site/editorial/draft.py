"""A page being rendered: what it is written among, and what passes over its tokens share and fill."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from markdown_it.token import Token

from communaute.editorial.faults import Fault
from communaute.editorial.media import Media
from communaute.editorial.pages import Drawing, LinkUse
from communaute.french.folding import slugify
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


@dataclass(slots=True)
class Draft:
    """One page in the making. `prefix` keeps ids apart when pages are shown together.

    `screens` is the period of the screens it draws, `sources` how many it has, `cited` those that
    its sentences name, `says_ours` whether one of them is said to be ours (`{nous}`).
    """

    path: Path
    kind: str
    slug: str
    first_line: int
    around: Surroundings
    prefix: str = ""
    faults: list[Fault] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    links: list[LinkUse] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)
    terms_used: set[str] = field(default_factory=set)
    written_level: int = 1
    level: int = 1
    procedures: int = 0
    screens: str = ""
    sources: int = 0
    cited: set[int] = field(default_factory=set)
    says_ours: bool = False
    drawings: list[Drawing] = field(default_factory=list)
    says_other_screens: bool = False

    def line(self, at: int) -> int:
        """Return the file's line of the body's line `at` (from 0)."""
        return self.first_line + at

    def fault(self, at: int, message: str) -> None:
        """Note a fault on the body's line `at` (from 0)."""
        self.faults.append(Fault(self.path, self.line(at), message))

    def free_id(self, wanted: str) -> str:
        """Reserve an id of the page: the wanted one, or the first free `wanted-2`, `wanted-3`…"""
        base = self.prefix + (wanted or "partie")
        name, number = base, 2
        while name in self.ids:
            name, number = f"{base}-{number}", number + 1
        self.ids.add(name)
        return name


def html(text: str, **meta: object) -> Token:
    """Return a token that prints this HTML, written by us."""
    return Token("html_block", "", 0, content=text, meta=meta)


def attribute(text: str) -> str:
    """Return a text fit for an attribute between double quotes."""
    return escape(text, quote=True)


def line_of(token: Token) -> int:
    """Return the body's line (from 0) where a block token starts."""
    return token.map[0] if token.map else 0


def plain(children: Iterable[Token] | None) -> str:
    """Return the words of an inline token's children, without marks, images or note calls."""
    return "".join(_pieces(children or ())).strip()


def _pieces(children: Iterable[Token]) -> Iterator[str]:
    for token in children:
        if token.type in {"text", "code_inline"}:
            yield token.content
        elif token.type in {"softbreak", "hardbreak"}:
            yield " "
