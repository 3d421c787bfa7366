"""Facets: how many results there are of each kind and for each public, as links."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from communaute import current
from communaute.blueprints.search.asking import Asked
from communaute.blueprints.search.finding import PER_PAGE, TOOLS_KIND, Found
from communaute.editorial import PUBLICS


OTHER_KINDS = {TOOLS_KIND: "Outils", "pages": "Pages du site"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: its name, how many results it leaves, its address."""

    label: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One page of the results that the filters leave, and the filters themselves."""

    results: Sequence[Found]
    total: int
    page: int
    pages: int
    kinds: Sequence[Choice]
    publics: Sequence[Choice]


def show(found: Sequence[Found], asked: Asked) -> Shown:
    """Narrow the results to what was asked; a page past the last one is the last one."""
    kept = [result for result in found if is_kind(result, asked) and is_for(result, asked)]
    pages = max(1, -(-len(kept) // PER_PAGE))
    page = min(asked.page, pages)
    return Shown(
        results=kept[(page - 1) * PER_PAGE : page * PER_PAGE],
        total=len(kept),
        page=page,
        pages=pages,
        kinds=kind_choices([result for result in found if is_for(result, asked)], asked),
        publics=public_choices([result for result in found if is_kind(result, asked)], asked),
    )


def is_kind(result: Found, asked: Asked) -> bool:
    """Whether the result is of the kind asked for, if one is."""
    return not asked.kind or result.kind == asked.kind


def is_for(result: Found, asked: Asked) -> bool:
    """Whether the result is for the public asked for: a page that names no public is for all."""
    return not asked.public or not result.publics or asked.public in result.publics


def kind_choices(found: Iterable[Found], asked: Asked) -> list[Choice]:
    """The kinds there are, the most frequent first."""
    counts = Counter(result.kind for result in found)
    rows = [(label_of_kind(kind), kind, count) for kind, count in counts.most_common()]
    return choices(rows, "kind", asked.kind, asked)


def public_choices(found: Iterable[Found], asked: Asked) -> list[Choice]:
    """The publics there are, in their usual order; pages that name none count for each."""
    results = list(found)
    counts = {key: sum(not r.publics or key in r.publics for r in results) for key in PUBLICS}
    if not any(result.publics for result in results):
        counts = {}
    rows = [(PUBLICS[key], key, count) for key, count in counts.items() if count]
    return choices(rows, "public", asked.public, asked)


def choices(
    rows: Iterable[tuple[str, str, int]], name: str, chosen: str, asked: Asked
) -> list[Choice]:
    """The values as links; the chosen one leads back to all."""
    return [
        Choice(label, count, asked.url(**{name: "" if key == chosen else key}), key == chosen)
        for label, key, count in rows
    ]


def label_of_kind(kind: str) -> str:
    """The name of a kind, as its section is titled."""
    section = current.content().sections.get(kind)
    return section.title if section else OTHER_KINDS.get(kind, kind.capitalize())


def kind_labels() -> Mapping[str, str]:
    """The name of every kind, for the path of a result."""
    kinds = [*current.content().sections, *OTHER_KINDS]
    return {kind: label_of_kind(kind) for kind in kinds}
