"""Checks a header against its kind and turns it into values."""

from collections.abc import Iterator, Mapping
from typing import Any

from communaute.editorial.faults import Fault
from communaute.editorial.frontmatter import SourceFile
from communaute.editorial.kinds import Field


_ABSENT = "Le champ « {} » manque : ajoutez-le à l’en-tête."


def read_header(
    source: SourceFile, fields: Mapping[str, Field]
) -> tuple[dict[str, Any], list[Fault]]:
    """Return the values that read well and every fault found."""
    faults = [*_unknown(source, fields), *_missing(source, fields)]
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name not in source.header:
            continue
        try:
            values[name] = field.read(source.header[name])
        except ValueError as error:
            faults.append(_fault(source, name, f"Le champ « {name} » {error}."))
    return values, faults


def _unknown(source: SourceFile, fields: Mapping[str, Field]) -> Iterator[Fault]:
    for name in source.header:
        if name not in fields:
            known = ", ".join(fields)
            yield _fault(source, name, f"Le champ « {name} » n’existe pas ici (champs : {known}).")


def _missing(source: SourceFile, fields: Mapping[str, Field]) -> Iterator[Fault]:
    for name, field in fields.items():
        if field.required and name not in source.header:
            yield _fault(source, name, _ABSENT.format(name))


def _fault(source: SourceFile, name: str, message: str) -> Fault:
    return Fault(source.path, source.lines.get(name, 1), message, hides=True)
