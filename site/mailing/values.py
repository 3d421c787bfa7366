"""Values kept as JSON in the outbox and given back as they were: dates stay dates."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias


Value: TypeAlias = (
    str
    | int
    | float
    | bool
    | date
    | datetime
    | Decimal
    | Sequence["Value"]
    | Mapping[str, "Value"]
    | None
)
Json: TypeAlias = str | int | float | bool | list["Json"] | dict[str, "Json"] | None

TAGS: dict[str, Callable[[str], Value]] = {
    "@moment": datetime.fromisoformat,
    "@day": date.fromisoformat,
    "@decimal": Decimal,
}


def to_json(value: Value) -> Json:
    """The value as JSON; dates and decimals as `{"@day": "2026-11-23"}`.

    Raises TypeError for anything else than plain values: a row of the database has no place here.
    """
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, datetime):
        return {"@moment": value.isoformat()}
    if isinstance(value, date):
        return {"@day": value.isoformat()}
    if isinstance(value, Decimal):
        return {"@decimal": str(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    raise TypeError(f"a mail is filled with plain values, not {type(value).__name__}")


def from_json(kept: Json) -> Value:
    """What to_json was given."""
    if isinstance(kept, list):
        return [from_json(item) for item in kept]
    if not isinstance(kept, dict):
        return kept
    if len(kept) == 1:
        tag, text = next(iter(kept.items()))
        if tag in TAGS and isinstance(text, str):
            return TAGS[tag](text)
    return {key: from_json(item) for key, item in kept.items()}
