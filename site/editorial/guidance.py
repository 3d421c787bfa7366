"""Reads content/recherche/: what people who keep the site teach its search, one file a subject."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import yaml

from communaute.editorial.faults import Fault
from search_index.document import Document, Guidance


FOLDER = Path("recherche")
SYNONYMS, TASKS = FOLDER / "synonymes.txt", FOLDER / "taches.yaml"
# Everyday words have a file for each subject.
EVERYDAY, NOT_FOR = FOLDER / "mots", FOLDER / "pas-pour.yaml"
WEIGHTS = FOLDER / "poids.yaml"
SHAPE = "Ce fichier n’a pas la forme attendue : comparez-le à ceux du même dossier, et corrigez-le."
BETWEEN = re.compile(r"\s+=\s+")


@dataclass(frozen=True, slots=True)
class Wordings:
    """What people type for one address, the file that says so and the line of each."""

    address: str
    texts: tuple[str, ...]
    file: Path
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NotFor:
    """The words of questions that a page does not answer, and the page that does."""

    address: str
    words: tuple[str, ...]
    instead: str


@dataclass(frozen=True, slots=True)
class SearchGuidance:
    """All the files together. A file that cannot be read guides nothing and leaves a fault."""

    synonyms: Sequence[tuple[str, ...]] = ()
    tasks: Sequence[Wordings] = ()
    everyday: Sequence[Wordings] = ()
    not_for: Sequence[NotFor] = ()
    weights: Guidance = field(default_factory=Guidance)
    faults: Sequence[Fault] = ()

    def guided(self, documents: Iterable[Document]) -> list[Document]:
        """The documents with what was written for each, and with their kind's name as a word.

        What is written for a page counts for its first section.
        """
        tasks, everyday = _texts(self.tasks), _texts(self.everyday)
        not_for = {entry.address: entry.words for entry in self.not_for}
        seen: set[str] = set()
        guided = []
        for document in documents:
            names = {document.url} if document.page in seen else {document.url, document.page}
            seen.add(document.page)
            guided.append(
                replace(
                    document,
                    keywords=(*document.keywords, document.kind.replace("-", " ")),
                    tasks=tuple(text for name in sorted(names) for text in tasks.get(name, ())),
                    wordings=tuple(t for name in sorted(names) for t in everyday.get(name, ())),
                    not_for=tuple(t for name in sorted(names) for t in not_for.get(name, ())),
                )
            )
        return guided

    def with_wordings(self, added: Iterable[tuple[str, str]]) -> "SearchGuidance":
        """The same with (address, wording) pairs that are in no file."""
        more = [Wordings(address, (text,), EVERYDAY) for address, text in added]
        return replace(self, everyday=[*self.everyday, *more])

    def unknown_addresses(self, documents: Iterable[Document]) -> Iterator[Fault]:
        """A fault for each address that is no page, section or tool that search finds."""
        known = {name for document in documents for name in (document.url, document.page)}
        for entry in (*self.tasks, *self.everyday):
            if entry.address not in known:
                message = f"« {entry.address} » n’existe pas : corrigez l’adresse, ou retirez-la."
                yield Fault(entry.file, entry.lines[0] if entry.lines else 1, message)
        for refused in self.not_for:
            for address in (refused.address, refused.instead):
                if address not in known:
                    yield Fault(NOT_FOR, 1, f"« {address} » n’existe pas : corrigez l’adresse.")


def _texts(entries: Sequence[Wordings]) -> Mapping[str, tuple[str, ...]]:
    texts: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        texts[entry.address] = (*texts.get(entry.address, ()), *entry.texts)
    return texts


def read_guidance(content: Path, tool_addresses: Mapping[str, str]) -> SearchGuidance:
    """Read the files of a content folder; `tool_addresses` gives each tool's address by name."""
    faults: list[Fault] = []
    weights = _mapping(content, WEIGHTS, faults)
    return SearchGuidance(
        synonyms=read_synonyms(content),
        tasks=list(_tasks(content, tool_addresses, faults)),
        everyday=[
            Wordings(str(address), _strings(texts), file, _lines(content, file, texts))
            for file in _files(content, EVERYDAY)
            for address, texts in _mapping(content, file, faults).items()
        ],
        not_for=[
            NotFor(str(address), _strings(entry.get("words")), str(entry.get("instead", "")))
            for address, entry in _mapping(content, NOT_FOR, faults).items()
            if _has_fields(entry, NOT_FOR, faults)
        ],
        weights=Guidance(
            own_names=_strings(weights.get("own_names")),
            intents=_strings(weights.get("intents")),
            recipients=_strings(weights.get("recipients")),
            priors=_priors(weights.get("kinds", {}), faults),
            definitions=str(weights.get("definitions", "")),
        ),
        faults=faults,
    )


def read_synonyms(content: Path) -> list[tuple[str, ...]]:
    """The groups of the file, one a line: `mémoire = note de frais`; `#` begins a comment line.

    A group of one word means nothing and is left out. Empty when there is no file.
    """
    path = content / SYNONYMS
    if not path.is_file():
        return []
    groups = []
    for line in path.read_text(encoding="utf-8").splitlines():
        typed = line.strip()
        group = () if typed.startswith("#") else tuple(filter(None, BETWEEN.split(typed)))
        if len(group) > 1:
            groups.append(group)
    return groups


def _tasks(
    content: Path, tool_addresses: Mapping[str, str], faults: list[Fault]
) -> Iterator[Wordings]:
    found = _read(content, TASKS, faults) or []
    entries: list[Any] = found if isinstance(found, list) else [None]
    for entry in entries:
        if not _has_fields(entry, TASKS, faults):
            continue
        address = entry.get("page") or tool_addresses.get(entry.get("tool", ""))
        texts = _strings(entry.get("wordings"))
        if address:  # a tool that is not built here has no address, and is no fault
            yield Wordings(str(address), texts, TASKS, _lines(content, TASKS, texts))


def _files(content: Path, folder: Path) -> list[Path]:
    return [folder / path.name for path in sorted((content / folder).glob("*.yaml"))]


def _mapping(content: Path, file: Path, faults: list[Fault]) -> Mapping[str, Any]:
    found = _read(content, file, faults)
    if found is None or not _has_fields(found, file, faults):
        return {}
    return cast(Mapping[str, Any], found)


def _has_fields(value: object, file: Path, faults: list[Fault]) -> bool:
    """Whether it is names with their values; told when it is not."""
    if not isinstance(value, dict):
        faults.append(Fault(file, 1, SHAPE))
    return isinstance(value, dict)


def _priors(kinds: object, faults: list[Fault]) -> dict[str, float]:
    if not isinstance(kinds, dict) or not all(isinstance(v, int | float) for v in kinds.values()):
        faults.append(Fault(WEIGHTS, 1, "« kinds » donne un nombre à chaque genre de page."))
        return {}
    return {str(kind): float(weight) for kind, weight in kinds.items()}


def _read(content: Path, file: Path, faults: list[Fault]) -> Any:  # noqa: ANN401  # as YAML gives it
    path = content / file
    if not path.is_file():
        return None
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        faults.append(Fault(file, line, "Ce fichier n’est pas du YAML lisible : corrigez-le."))
        return None


def _strings(values: object) -> tuple[str, ...]:
    return tuple(map(str, values)) if isinstance(values, list | tuple) else ()


def _lines(content: Path, file: Path, texts: object) -> tuple[int, ...]:
    """The line of each text, for the faults that name it."""
    lines = (content / file).read_text(encoding="utf-8").splitlines()
    return tuple(
        next((n for n, line in enumerate(lines, start=1) if text in line), 1)
        for text in _strings(texts)
    )
