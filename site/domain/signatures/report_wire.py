"""A whole DocumentReport as JSON and back: on the verifier's socket and in the results table.

Unlike report_json.py, which scripts rely on, this form is between our own processes and holds
everything that the page shows. Reading it makes values of the expected types and nothing else:
it comes from a child that read a hostile document.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from communaute.domain.signatures.values import DocumentReport


def to_wire(report: DocumentReport) -> dict[str, Any]:
    """Give a report as JSON values."""
    return cast(dict[str, Any], _encoded(report))


def from_wire(wire: Mapping[str, Any]) -> DocumentReport:
    """Make a report of JSON values. Raises ValueError when they are not those of a report."""
    try:
        return cast(DocumentReport, _decoded(DocumentReport, wire))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError("not a report") from error


def _encoded(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_encoded(item) for item in value]
    if is_dataclass(value):
        return {one.name: _encoded(getattr(value, one.name)) for one in fields(value)}
    return value


def _decoded(kind: Any, value: Any) -> object:  # noqa: ANN401 - kinds are types, values are JSON
    if get_origin(kind) in {Union, UnionType}:
        return _decoded_optional(kind, value)
    if get_origin(kind) is tuple:
        item, _ = get_args(kind)
        return tuple(_decoded(item, one) for one in value)
    if is_dataclass(kind) and isinstance(kind, type):
        return kind(**{name: _decoded(hint, value[name]) for name, hint in _hints(kind).items()})
    if issubclass(kind, Enum):
        return kind(value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    return _plain(kind, value)


def _decoded_optional(kind: Any, value: Any) -> object:  # noqa: ANN401
    (only,) = (one for one in get_args(kind) if one is not NoneType)
    return None if value is None else _decoded(only, value)


def _plain(kind: type, value: object) -> object:
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected")
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
