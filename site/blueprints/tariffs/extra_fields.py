"""The fields that the data brings to a calculator: the acts of a date, a formula's letters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from communaute.blueprints.tariffs import typed, wording
from communaute.blueprints.tariffs.calculating import ACT, VALUE, Refused
from communaute.domain.errors import DomainError
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.delegates import PERSON, acts_on
from communaute.domain.tariffs.surcharges import valued
from communaute.domain.tariffs.values import Row
from communaute.domain.tariffs.working_out import names_to_give


@dataclass(frozen=True)
class Asked:
    """One more field, whose name comes from the data: an act, a letter, a quantity."""

    name: str
    label: str
    hint: str
    value: str
    error: str = ""


def more_fields(
    kind: str,
    catalogue: Catalogue,
    given: Mapping[str, str],
    today: date,
    row: Row | None,
    blamed: Refused | None,
) -> list[Asked]:
    """The fields that the data brings: the acts of a date, the letters of a formula."""
    fields: list[tuple[str, str, str]] = []
    if kind == "delegates":
        fields = act_fields(catalogue, given, today)
    if row is not None:
        fields = value_fields(catalogue, row, given, today)
    return [
        Asked(name, label, hint, given.get(name, ""), error_of(blamed, name))
        for name, label, hint in fields
    ]


def error_of(blamed: Refused | None, name: str) -> str:
    """What is wrong with a field, if it is the one."""
    return str(blamed) if blamed and blamed.field == name else ""


def act_fields(
    catalogue: Catalogue, given: Mapping[str, str], today: date
) -> list[tuple[str, str, str]]:
    """Each act that may be paid on the date typed (today's acts until one is typed)."""
    try:
        day = typed.day(given.get("requisition", ""), today)
    except DomainError:
        day = today
    acts = acts_on(catalogue, given.get("statut", PERSON), day)
    return [
        (ACT + name, row.service.rpartition(" : ")[0] or row.service, act_hint(catalogue, row, day))
        for name, row in acts.items()
        if name != "unite-de-valeur"
    ]


def act_hint(catalogue: Catalogue, row: Row, day: date) -> str:
    """What one act is worth."""
    found = valued(catalogue, row, day)
    if found.amount is None:
        return row.formula
    return (
        f"{wording.euros(found.amount)} ({row.formula})"
        if row.formula
        else wording.euros(found.amount)
    )


def value_fields(
    catalogue: Catalogue, row: Row, given: Mapping[str, str], today: date
) -> list[tuple[str, str, str]]:
    """Each letter or quantity whose value only the visitor knows."""
    try:
        day = typed.day(given.get("date", ""), today)
    except DomainError:
        day = today
    parameters = catalogue.parameters
    return [
        (
            VALUE + name,
            f"{parameters.label(name)} ({name})",
            parameters.note(name, day) or f"En {parameters.unit(name)}",
        )
        for name in names_to_give(catalogue, row, day)
    ]
