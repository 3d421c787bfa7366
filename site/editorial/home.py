"""The home page's choices: questions and doors, from content/accueil.yaml."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from communaute.editorial.pages import Page
from communaute.editorial.typography import typography
from communaute.web.tools import Tool


FILE = "accueil.yaml"
TEXTS = ("title", "summary", "needs")


@dataclass(frozen=True)
class Door:
    """One thing to do: a name, one line, what to have at hand."""

    title: str
    summary: str
    needs: str
    url: str


@dataclass(frozen=True)
class HomeChoices:
    """What the home page offers, without what is not there yet."""

    questions: tuple[Page, ...]
    doors: tuple[Door, ...]


def home_choices(
    directory: Path,
    pages: Mapping[str, Page],
    tools: Mapping[str, Tool],
    tool_url: Callable[[str, Mapping[str, str]], str],
) -> HomeChoices:
    """Read the choices; a page or a tool that does not exist is left out."""
    given = yaml.safe_load((directory / FILE).read_text(encoding="utf-8"))
    questions = tuple(pages[url] for url in given["questions"] if url in pages)
    return HomeChoices(questions, tuple(_doors(given["doors"], pages, tools, tool_url)))


def _doors(
    entries: list[dict[str, Any]],
    pages: Mapping[str, Page],
    tools: Mapping[str, Tool],
    tool_url: Callable[[str, Mapping[str, str]], str],
) -> Iterator[Door]:
    for entry in entries:
        tool = tools.get(entry.get("tool", ""))
        if tool:
            yield Door(tool.title, tool.summary, tool.needs, tool_url(tool.endpoint, {}))
        elif entry.get("page") in pages and entry.get("unless_tool") not in tools:
            title, summary, needs = (typography(entry.get(name, "")) for name in TEXTS)
            yield Door(title, summary, needs, entry["page"])


def missing_addresses(directory: Path, pages: Mapping[str, Page]) -> list[str]:
    """The addresses of the file that lead nowhere: a fault of `content check`."""
    if not (directory / FILE).exists():
        return []
    given = yaml.safe_load((directory / FILE).read_text(encoding="utf-8"))
    named = [*given["questions"], *(d["page"] for d in given["doors"] if "page" in d)]
    return [url for url in named if url not in pages]
