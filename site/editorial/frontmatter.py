"""From a file's bytes to its header (checked against its kind, as values and lines) and its body."""

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from communaute.editorial.faults import BrokenFileError, Fault
from communaute.editorial.kinds import Field


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
MAX_BYTES = 200_000
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml: ten times as fast


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A content file taken apart; `first_line` is the line (from 1) of the body's first.

    `fault` says why its header is none, and is then empty; `faults` are the small ones.
    """

    path: Path
    header: Mapping[str, Any]
    lines: Mapping[str, int]
    body: str
    first_line: int
    faults: tuple[Fault, ...] = field(default=())
    fault: Fault | None = None


def split(path: Path, raw: bytes) -> SourceFile:
    """Take a file apart. Raises BrokenFileError when it cannot become a page."""
    text, faults = decode(path, raw)
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise BrokenFileError(
            _fault(path, 1, "La page doit commencer par un en-tête : une ligne « --- ».")
        )
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() == "---"), None)
    if end is None:
        raise BrokenFileError(
            _fault(path, 1, "L’en-tête n’est pas fermé : ajoutez une ligne « --- » après lui.")
        )
    body, unread = "\n".join(lines[end + 1 :]), None
    try:
        header, at = _parse(path, "\n".join(lines[1:end]))
    except BrokenFileError as broken:
        header, at, unread = {}, {}, broken.fault
    return SourceFile(path, header, at, body, end + 2, tuple(faults), unread)


def decode(path: Path, raw: bytes) -> tuple[str, list[Fault]]:
    """Return a file's text, line ends made Unix ones. Raises BrokenFileError when it is no text."""
    if not raw.strip():
        raise BrokenFileError(
            _fault(path, 1, "Le fichier est vide : écrivez son en-tête et son texte.")
        )
    if len(raw) > MAX_BYTES:
        message = f"Le fichier dépasse {MAX_BYTES // 1000} ko : découpez la page en plusieurs."
        raise BrokenFileError(_fault(path, 1, message))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = "Le fichier n’est pas en UTF-8 : enregistrez-le dans cet encodage."
        raise BrokenFileError(_fault(path, line, message)) from None
    return _normalise(path, text)


def _normalise(path: Path, text: str) -> tuple[str, list[Fault]]:
    faults = []
    if text.startswith("\ufeff"):
        faults.append(Fault(path, 1, "Enregistrez le fichier en UTF-8 sans marque d’ordre (BOM)."))
        text = text[1:]
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        faults.append(Fault(path, line, "Enregistrez le fichier avec des fins de ligne Unix (LF)."))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    control = _CONTROL.search(text)
    if control is not None:
        line = text[: control.start()].count("\n") + 1
        raise BrokenFileError(
            _fault(path, line, "Un caractère invisible s’est glissé ici : effacez-le.")
        )
    return text, faults


def _parse(path: Path, text: str) -> tuple[dict[str, Any], dict[str, int]]:
    node = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        value = {} if node is None else loader.construct_document(node)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        for written in _dates(node):
            try:
                yaml.SafeLoader("").construct_yaml_timestamp(written)
            except ValueError:
                message = (
                    f"« {written.value} » n’est pas une date du calendrier : corrigez le jour."
                )
                raise BrokenFileError(_fault(path, written.start_mark.line + 2, message)) from None
        raise BrokenFileError(_fault(path, _line_of(error), _UNREADABLE)) from None
    if node is None or not isinstance(value, dict):
        raise BrokenFileError(
            _fault(path, 2, "L’en-tête doit être une suite de lignes « champ: valeur ».")
        )
    return _with_lines(path, node, value)


def _dates(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode) and node.tag.endswith(":timestamp"):
        yield node
    elif isinstance(node, yaml.CollectionNode):
        for inside in node.value:
            for each in inside if isinstance(inside, tuple) else (inside,):
                yield from _dates(each)


_UNREADABLE = (
    "L’en-tête est illisible près de cette ligne : mettez le texte entre guillemets droits "
    "s’il contient « : » ou « # », et alignez les listes."
)


def _with_lines(
    path: Path, node: yaml.MappingNode, value: dict[Hashable, Any]
) -> tuple[dict[str, Any], dict[str, int]]:
    lines: dict[str, int] = {}
    for key, _ in node.value:
        name, line = str(key.value), key.start_mark.line + 2
        if name in lines:
            raise BrokenFileError(
                _fault(path, line, f"Le champ « {name} » est donné deux fois : gardez-en un.")
            )
        lines[name] = line
    return {str(key): item for key, item in value.items()}, lines


def _line_of(error: Exception) -> int:
    mark = getattr(error, "problem_mark", None)
    return mark.line + 2 if mark is not None else 2


def _fault(path: Path, line: int, message: str) -> Fault:
    return Fault(path, line, message, hides=True)


_ABSENT = "Le champ « {} » manque : ajoutez-le à l’en-tête."


def read_header(
    source: SourceFile, fields: Mapping[str, Field]
) -> tuple[dict[str, Any], list[Fault]]:
    """Return the values that read well and every fault found."""
    faults = [*_unknown(source, fields), *_missing(source, fields)]
    values: dict[str, Any] = {}
    for name, known in fields.items():
        if name not in source.header:
            continue
        try:
            values[name] = known.read(source.header[name])
        except ValueError as error:
            faults.append(_field_fault(source, name, f"Le champ « {name} » {error}."))
    return values, faults


def _unknown(source: SourceFile, fields: Mapping[str, Field]) -> Iterator[Fault]:
    for name in source.header:
        if name not in fields:
            names = ", ".join(fields)
            yield _field_fault(
                source, name, f"Le champ « {name} » n’existe pas ici (champs : {names})."
            )


def _missing(source: SourceFile, fields: Mapping[str, Field]) -> Iterator[Fault]:
    for name, known in fields.items():
        if known.required and name not in source.header:
            yield _field_fault(source, name, _ABSENT.format(name))


def _field_fault(source: SourceFile, name: str, message: str) -> Fault:
    return Fault(source.path, source.lines.get(name, 1), message, hides=True)
