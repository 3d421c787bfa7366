"""Facets: how many results there are of each kind and for each public, as links."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from communaute import current
from communaute.blueprints.search.asking import Asked
from communaute.blueprints.search.finding import Answer
from communaute.blueprints.search.results import TOOLS_KIND
from communaute.editorial import PUBLICS


OTHER_KINDS = {TOOLS_KIND: "Outils", "pages": "Pages du site"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: its name, how many results it leaves, its address."""

    label: str
    count: int
    url: str
    chosen: bool


def kind_choices(answer: Answer, asked: Asked) -> list[Choice]:
    """The kinds there are, the most frequent first."""
    labels = kind_labels()
    rows = [(labels.get(kind, kind), kind, count) for kind, count in answer.kinds.items()]
    return choices(rows, "kind", asked.kind, asked)


def public_choices(answer: Answer, asked: Asked) -> list[Choice]:
    """The publics there are, in their usual order."""
    rows = [(PUBLICS[key], key, answer.publics.get(key, 0)) for key in PUBLICS]
    return choices(rows, "public", asked.public, asked)


def choices(
    rows: Iterable[tuple[str, str, int]], name: str, chosen: str, asked: Asked
) -> list[Choice]:
    """The values that leave results, as links; the chosen one leads back to all."""
    return [
        Choice(label, count, asked.url(**{name: "" if key == chosen else key}), key == chosen)
        for label, key, count in rows
        if count or key == chosen
    ]


def kind_labels() -> Mapping[str, str]:
    """The name of every kind, as its section is titled."""
    sections = current.content().sections
    return {**{kind: found.title for kind, found in sections.items()}, **OTHER_KINDS}
