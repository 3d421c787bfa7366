"""The home page's choices: questions and doors, from content/accueil.yaml."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from communaute.editorial.draft import Surroundings
from communaute.editorial.faults import Fault
from communaute.editorial.pages import Page
from communaute.french.typography import typeset


FILE = "accueil.yaml"
TEXTS = ("title", "summary", "needs")
UNREADABLE = (
    "Ce fichier est illisible : il a une liste « questions » d’adresses, puis une liste « doors » de "
    "portes (tool, ou page, title et summary)."
)


@dataclass(frozen=True)
class Door:
    """One thing to do: a name, one line, what to have at hand."""

    title: str
    summary: str
    needs: str
    url: str


@dataclass(frozen=True)
class HomeChoices:
    """What the home page offers, without what is not there yet.

    `missing` are the addresses that the file names and that lead nowhere.
    """

    questions: tuple[Page, ...] = ()
    doors: tuple[Door, ...] = ()
    missing: tuple[str, ...] = ()


def home_choices(
    directory: Path, pages: Mapping[str, Page], around: Surroundings, faults: list[Fault]
) -> HomeChoices:
    """Read the choices; a file that cannot be read is a fault, and no choice."""
    path = directory / FILE
    if not path.exists():
        return HomeChoices()
    try:
        return _read(yaml.safe_load(path.read_text(encoding="utf-8")), pages, around)
    except (yaml.YAMLError, AttributeError, LookupError, TypeError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        faults.append(Fault(path, mark.line + 1 if mark else 1, UNREADABLE, hides=True))
        return HomeChoices()


def _read(given: Any, pages: Mapping[str, Page], around: Surroundings) -> HomeChoices:  # noqa: ANN401  # YAML
    """The choices as typed; a page or a tool that does not exist is left out."""
    named = [*given["questions"], *(door["page"] for door in given["doors"] if "page" in door)]
    return HomeChoices(
        questions=tuple(pages[url] for url in given["questions"] if url in pages),
        doors=tuple(_doors(given["doors"], pages, around)),
        missing=tuple(url for url in named if url not in pages),
    )


def _doors(
    entries: list[dict[str, Any]], pages: Mapping[str, Page], around: Surroundings
) -> Iterator[Door]:
    for entry in entries:
        tool = around.tools.get(entry.get("tool", ""))
        if tool:
            address = around.address_of(tool, {})
            yield Door(tool.title, tool.summary, tool.needs, address)
        elif entry.get("page") in pages and entry.get("unless_tool") not in around.tools:
            title, summary, needs = (typeset(entry.get(name, "")) for name in TEXTS)
            yield Door(title, summary, needs, entry["page"])
