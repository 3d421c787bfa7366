"""How each field of a header is read: a function that returns a value or says what to type."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from communaute.editorial.pages import Figure, PageGroup, PathStep, Source, Witness
from communaute.french.typography import typeset


Reader = Callable[[Any], Any]
"""Takes what YAML gave; raises ValueError with the end of a sentence: « doit être … »."""


@dataclass(frozen=True, slots=True)
class RawIllustration:
    """An illustration as typed, before its file is looked at."""

    file: str
    alt: str


def words(value: object) -> str:
    """Read a sentence or a title, put in French typography."""
    return typeset(code(value))


def code(value: object) -> str:
    """Read a text that is not prose: it is kept as typed."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("doit être un texte (entre guillemets droits s’il ressemble à un nombre)")
    return value.strip()


def keyword(value: object) -> str:
    """Read a word that people type; a year is one."""
    return str(value) if isinstance(value, int) else code(value)


def list_of(read: Reader) -> Reader:
    """Read a list of such values."""

    def read_list(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError("doit être une liste, par exemple [un, deux]")
        return tuple(read(item) for item in value)

    return read_list


def day(value: object) -> date:
    """Read a date written 2026-11-23."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("doit être une date de la forme 2026-11-23, sans guillemets")
    return value


def number(value: object) -> int:
    """Read a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("doit être un nombre entier")
    return value


def one_of(choices: Collection[str]) -> Reader:
    """Read one of the words of a fixed list."""

    def read_choice(value: object) -> str:
        if value not in choices:
            known = ", ".join(choices)
            raise ValueError(f"doit être l’un de ces mots : {known} ; « {value} » n’en est pas")
        return str(value)

    return read_choice


def address(value: object) -> str:
    """Read the address of a page of this site."""
    if not isinstance(value, str) or not value.startswith("/") or value.startswith("//"):
        raise ValueError("doit être une adresse de ce site, qui commence par « / »")
    return value


def article(value: object) -> str:
    """Read the article of an issue, written `kind/file`, as an address."""
    return address(value if str(value).startswith("/") else f"/{code(value)}")


def source(value: object) -> Source:
    """Read a source: a label, an https address or a note that says why there is none, the day it was read."""
    entry = _mapping(value, {"label"}, {"url", "read", "note"})
    url = entry.get("url", "")
    if not isinstance(url, str) or (url and not url.startswith("https://")):
        raise ValueError("doit donner des adresses (url) qui commencent par « https:// »")
    read = day(entry["read"]) if "read" in entry else None
    return Source(words(entry["label"]), url, read, words(entry["note"]) if "note" in entry else "")


def figure(value: object) -> Figure:
    """Read the figure of an issue: `value`, `words`, `source`."""
    entry = _mapping(value, {"value", "words", "source"}, set())
    return Figure(words(entry["value"]), words(entry["words"]), source(entry["source"]))


def illustration(value: object) -> RawIllustration:
    """Read an illustration: the name of a file beside the page and its replacement text."""
    entry = _mapping(value, {"file", "alt"}, set())
    if not isinstance(entry["alt"], str):
        raise ValueError('doit avoir un « alt » entre guillemets ("" si l’image est décorative)')
    return RawIllustration(code(entry["file"]), typeset(entry["alt"].strip()))


def step(value: object) -> PathStep:
    """Read a step of a path."""
    entry = _mapping(value, {"page", "title", "why"}, set())
    return PathStep(address(entry["page"]), words(entry["title"]), words(entry["why"]))


def group(value: object) -> PageGroup:
    """Read a group of a section's pages."""
    entry = _mapping(value, {"title", "pages"}, set())
    return PageGroup(words(entry["title"]), list_of(address)(entry["pages"]))


def witness(value: object) -> Witness:
    """Read who testifies."""
    entry = _mapping(value, {"name", "role"}, set())
    return Witness(words(entry["name"]), words(entry["role"]))


def facts(value: object) -> dict[str, str]:
    """Read names and what each is worth, in order."""
    if not isinstance(value, dict):
        raise ValueError("doit être une liste de noms et de valeurs")
    return {words(name): words(each) for name, each in value.items()}


def _mapping(value: object, required: set[str], optional: set[str]) -> dict[str, Any]:
    names = ", ".join(sorted(required | optional))
    if not isinstance(value, dict) or not required <= set(value) <= required | optional:
        raise ValueError(f"doit avoir exactement les champs : {names}")
    return value
