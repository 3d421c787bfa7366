"""A page being rendered: what passes over its tokens share and fill."""

from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from markdown_it.token import Token

from communaute.editorial.faults import Fault
from communaute.editorial.pages import LinkUse
from communaute.editorial.surroundings import Surroundings


@dataclass(slots=True)
class Draft:
    """One page in the making. `prefix` keeps ids apart when pages are shown together."""

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
