"""Each calculator: what was typed becomes a sheet; a refusal becomes a sentence on its field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from communaute.blueprints.tariffs import typed
from communaute.domain.errors import DomainError
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.delegates import pay_delegate
from communaute.domain.tariffs.errors import MissingOption, MissingValue, NoTariff
from communaute.domain.tariffs.interpreting import interpret
from communaute.domain.tariffs.parameters import METROPOLE
from communaute.domain.tariffs.sheets import (
    Sheet,
    delegates_sheet,
    formula_sheet,
    interpreting_sheet,
    translation_sheet,
    travel_sheet,
)
from communaute.domain.tariffs.translation import translate
from communaute.domain.tariffs.travel import WrongMileage, WrongPower, travel
from communaute.domain.tariffs.working_out import work_out


ACT = "acte-"
VALUE = "v-"
Typed = Mapping[str, str]
T = TypeVar("T")


# What each calculator asks: whatever else an address or a form says is neither used nor kept.
ASKED: Mapping[str, frozenset[str]] = {
    "interpreting": frozenset({"requisition", "debut", "fin", "option", "alsace"}),
    "translation": frozenset({"requisition", "mots", "option"}),
    "travel": frozenset({"date", "puissance", "km", "deja"}),
    "delegates": frozenset({"requisition", "statut"}),
    "formula": frozenset({"tarif", "date", "territoire", "nombre"}),
}
FROM_THE_DATA = {"delegates": ACT, "formula": VALUE}


def asked(kind: str, given: Typed) -> dict[str, str]:
    """What a calculator asks, of all that was given; the fields that the data brings included."""
    prefix = FROM_THE_DATA.get(kind)
    return {
        name: value
        for name, value in given.items()
        if name in ASKED[kind] or (prefix and name.startswith(prefix))
    }


class Refused(Exception):
    """What was typed cannot be counted: the field to blame and the sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Reading:
    """Reads fields one after the other, naming the one that is wrong."""

    given: Typed
    today: date

    def day(self, field: str) -> date:
        """A date. Raises Refused."""
        return self._read(field, lambda text: typed.day(text, self.today))

    def moment(self, field: str) -> datetime:
        """A day and an hour. Raises Refused."""
        return self._read(field, typed.moment)

    def whole(self, field: str, what: str, otherwise: int | None = None) -> int:
        """A whole number; `otherwise` when nothing is typed. Raises Refused."""
        if otherwise is not None and not self.given.get(field, "").strip():
            return otherwise
        return self._read(field, lambda text: typed.whole(text, what))

    def number(self, field: str, what: str, otherwise: Decimal | None = None) -> Decimal:
        """A number; `otherwise` when nothing is typed. Raises Refused."""
        if otherwise is not None and not self.given.get(field, "").strip():
            return otherwise
        return self._read(field, lambda text: typed.number(text, what))

    def any_number(self, field: str) -> Decimal:
        """A number of anything. Raises Refused."""
        return self.number(field, "Ce nombre")

    def option(self) -> bool | None:
        """The droit d'option."""
        return typed.choice(self.given.get("option", ""))

    def _read(self, field: str, read: Callable[[str], T]) -> T:
        try:
            return read(self.given.get(field, ""))
        except DomainError as refused:
            raise Refused(field, str(refused)) from refused


def interpreting(catalogue: Catalogue, given: Typed, today: date) -> Sheet:
    """An interpreting mission. Raises Refused."""
    read = Reading(given, today)
    ordered, start, end = read.day("requisition"), read.moment("debut"), read.moment("fin")
    if end.date() > today:
        raise Refused("fin", "Cette intervention est à venir\u202f: calculez-la une fois faite.")
    return blaming(
        {MissingOption: "option", NoTariff: "requisition"},
        "fin",
        lambda: interpreting_sheet(
            interpret(catalogue, ordered, start, end, read.option(), "alsace" in given)
        ),
    )


def translation(catalogue: Catalogue, given: Typed, today: date) -> Sheet:
    """A written translation. Raises Refused."""
    read = Reading(given, today)
    ordered, count = read.day("requisition"), read.whole("mots", "Nombre de mots")
    return blaming(
        {MissingOption: "option", NoTariff: "requisition"},
        "mots",
        lambda: translation_sheet(translate(catalogue, ordered, count, read.option())),
    )


def travelling(catalogue: Catalogue, given: Typed, today: date) -> Sheet:
    """Kilometres by car. Raises Refused."""
    read = Reading(given, today)
    day, power = read.day("date"), read.whole("puissance", "Puissance fiscale")
    km = read.number("km", "Kilomètres")
    before = read.number("deja", "Kilomètres déjà payés", Decimal(0))
    return blaming(
        {NoTariff: "date", WrongPower: "puissance", WrongMileage: "deja"},
        "km",
        lambda: travel_sheet(travel(catalogue, day, power, km, before)),
    )


def delegates(catalogue: Catalogue, given: Typed, today: date) -> Sheet:
    """Acts of a delegate or mediator. Raises Refused."""
    read = Reading(given, today)
    ordered = read.day("requisition")
    names = (name for name, value in given.items() if name.startswith(ACT) and value.strip())
    acts = {name.removeprefix(ACT): read.whole(name, "Nombre d’actes") for name in names}
    wanted = {name: count for name, count in acts.items() if count}
    return blaming(
        {},
        "statut",
        lambda: delegates_sheet(pay_delegate(catalogue, ordered, given.get("statut", ""), wanted)),
    )


def formula(catalogue: Catalogue, given: Typed, today: date) -> Sheet:
    """Any formula, with the values typed. Raises Refused."""
    read = Reading(given, today)
    day, count = read.day("date"), read.whole("nombre", "Combien de fois", 1)
    names = (name for name, value in given.items() if name.startswith(VALUE) and value.strip())
    values = {name.removeprefix(VALUE): read.number(name, name[len(VALUE) :]) for name in names}
    territory = given.get("territoire") or METROPOLE
    try:
        done = work_out(catalogue, given.get("tarif", ""), day, values, count, territory)
    except MissingValue as missing:
        raise Refused(VALUE + missing.name, str(missing)) from missing
    except DomainError as refused:
        raise Refused("date", str(refused)) from refused
    return formula_sheet(done)


READ: Mapping[str, tuple[tuple[str, Callable[[Reading, str], object]], ...]] = {
    "interpreting": (
        ("requisition", Reading.day),
        ("debut", Reading.moment),
        ("fin", Reading.moment),
    ),
    "translation": (("requisition", Reading.day), ("mots", Reading.any_number)),
    "travel": (
        ("date", Reading.day),
        ("puissance", Reading.any_number),
        ("km", Reading.any_number),
    ),
}


def unreadable(kind: str, given: Typed, today: date) -> list[Refused]:
    """Every field that cannot be read, so that all are corrected at once."""
    found, read = [], Reading(given, today)
    for field, reader in READ.get(kind, ()):
        try:
            reader(read, field)
        except Refused as refused:
            found.append(refused)
    return found


def blaming(
    fields: Mapping[type[DomainError], str], otherwise: str, make: Callable[[], Sheet]
) -> Sheet:
    """Make the sheet; a refusal is laid on the field that its kind names."""
    try:
        return make()
    except DomainError as refused:
        raise Refused(fields.get(type(refused), otherwise), str(refused)) from refused


KINDS: Mapping[str, Callable[[Catalogue, Typed, date], Sheet]] = {
    "interpreting": interpreting,
    "translation": translation,
    "travel": travelling,
    "delegates": delegates,
    "formula": formula,
}
