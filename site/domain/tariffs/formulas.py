"""Formulas as the law writes them: `3,05 + 4 × S`, `16 si numéros ≤ 20 ; 0,80 × numéros sinon`.

Grammar: a sum of products of numbers (decimal comma), names and parentheses; or two such
sums chosen by a threshold. `sur devis` is no formula: the law sets no price.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from communaute.domain.tariffs.errors import BrokenFormula, MissingValue
from communaute.domain.tariffs.values import Parameter, covers


ON_QUOTE = "sur devis"
Values = Mapping[str, Decimal]

_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:,\d+)?)|(?P<name>[^\W\d_]+)|(?P<sign>[+×()]))")
_CHOICE = re.compile(r"(?P<low>.+) si (?P<name>[^\W\d_]+) ≤ (?P<limit>\d+) ; (?P<high>.+) sinon")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the formula, as it was written."""

    written: str

    def evaluate(self, values: Values) -> Decimal:
        """Return the number."""
        return Decimal(self.written.replace(",", "."))

    def spelled(self, values: Values) -> str:
        """Return the number as it was written."""
        return self.written

    def names(self) -> tuple[str, ...]:
        """Return no name."""
        return ()


@dataclass(frozen=True, slots=True)
class Name:
    """A letter or a quantity."""

    name: str

    def evaluate(self, values: Values) -> Decimal:
        """Return its value. Raises KeyError when it is not given."""
        return values[self.name]

    def spelled(self, values: Values) -> str:
        """Return its value in French, or its name when it is not given."""
        return in_french(values[self.name]) if self.name in values else self.name

    def names(self) -> tuple[str, ...]:
        """Return its name."""
        return (self.name,)


@dataclass(frozen=True, slots=True)
class Operation:
    """A sum or a product."""

    sign: str
    terms: "tuple[Expression, ...]"

    def evaluate(self, values: Values) -> Decimal:
        """Return the result, exact. Raises KeyError when a value is not given."""
        total = self.terms[0].evaluate(values)
        for term in self.terms[1:]:
            other = term.evaluate(values)
            total = total + other if self.sign == "+" else total * other
        return total

    def spelled(self, values: Values) -> str:
        """Return the operation with its values in place of its names."""
        return f" {self.sign} ".join(
            f"({term.spelled(values)})"
            if isinstance(term, Operation) and (self.sign, term.sign) == ("×", "+")
            else term.spelled(values)
            for term in self.terms
        )

    def names(self) -> tuple[str, ...]:
        """Return every name, once, in order."""
        return tuple(dict.fromkeys(name for term in self.terms for name in term.names()))


@dataclass(frozen=True, slots=True)
class Choice:
    """One sum up to a threshold, another above it."""

    name: str
    limit: Decimal
    low: "Expression"
    high: "Expression"

    def evaluate(self, values: Values) -> Decimal:
        """Return the sum that the quantity calls for. Raises KeyError when it is not given."""
        return self._chosen(values).evaluate(values)

    def spelled(self, values: Values) -> str:
        """Return the sum that the quantity calls for, spelt out."""
        return self._chosen(values).spelled(values)

    def _chosen(self, values: Values) -> "Expression":
        return self.low if values[self.name] <= self.limit else self.high

    def names(self) -> tuple[str, ...]:
        """Return every name, once, in order."""
        return tuple(dict.fromkeys((self.name, *self.low.names(), *self.high.names())))


Expression = Number | Name | Operation | Choice


def in_french(number: Decimal) -> str:
    """Write a number with a decimal comma, as it is."""
    return str(number).replace(".", ",")


@lru_cache(maxsize=1024)
def parse(text: str) -> Expression:
    """Return the formula. Raises BrokenFormula."""
    choice = _CHOICE.fullmatch(text)
    if choice is None:
        return _Reader(text).whole()
    limit = Decimal(choice["limit"])
    return Choice(choice["name"], limit, parse(choice["low"]), parse(choice["high"]))


class _Reader:
    """Reads a sum of products, one token after the other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def whole(self) -> Expression:
        expression = self._joined("+", self._product)
        if self.text[self.at :].strip():
            raise self._broken()
        return expression

    def _product(self) -> Expression:
        return self._joined("×", self._factor)

    def _joined(self, sign: str, part: Callable[[], Expression]) -> Expression:
        terms = [part()]
        while self._next_is(sign):
            terms.append(part())
        return terms[0] if len(terms) == 1 else Operation(sign, tuple(terms))

    def _factor(self) -> Expression:
        if self._next_is("("):
            inner = self._joined("+", self._product)
            if not self._next_is(")"):
                raise self._broken()
            return inner
        token = _TOKEN.match(self.text, self.at)
        if token is None or token["sign"]:
            raise self._broken()
        self.at = token.end()
        return Number(token["number"]) if token["number"] else Name(token["name"])

    def _next_is(self, sign: str) -> bool:
        token = _TOKEN.match(self.text, self.at)
        if token is None or token["sign"] != sign:
            return False
        self.at = token.end()
        return True

    def _broken(self) -> BrokenFormula:
        return BrokenFormula(f"La formule « {self.text} » ne se lit pas (caractère {self.at + 1}).")


METROPOLE = "metropole"
TERRITORIES = {
    METROPOLE: "France métropolitaine",
    "martinique-guadeloupe": "Martinique, Guadeloupe",
    "guyane-reunion": "Guyane, La Réunion",
    "guadeloupe": "Guadeloupe",
    "martinique": "Martinique",
    "guyane": "Guyane",
    "reunion": "La Réunion",
    "saint-pierre-et-miquelon": "Saint-Pierre-et-Miquelon",
}


def is_deduced(entry: Parameter) -> bool:
    """Return whether a letter's value was deduced, or read elsewhere than in a text, with a doubt."""
    return bool(entry.note) and entry.confidence == "secondary"


def described(entry: Parameter) -> str:
    """Say in one sentence what a letter is worth, and how that is known."""
    how = " (source secondaire)" if entry.confidence == "secondary" else ""
    worth = in_french(entry.value) if entry.value is not None else "inconnue"
    said = f"{entry.name} = {worth} {entry.unit} : {entry.label}{how}."
    return f"{said} {entry.note}".strip()


class Parameters:
    """The letters and quantities of the formulas."""

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        self._entries: dict[str, list[Parameter]] = {}
        for parameter in parameters:
            self._entries.setdefault(parameter.name, []).append(parameter)

    def value(self, name: str, day: date, territory: str = METROPOLE) -> Decimal:
        """Return what a letter is worth. Raises MissingValue when it must be given."""
        entry = self.entry(name, day, territory)
        if entry is None or entry.value is None:
            raise MissingValue(name, self.question((name,), day))
        return entry.value

    def entry(self, name: str, day: date, territory: str = METROPOLE) -> Parameter | None:
        """Return the line that gives a letter its value on that day, or None."""
        for entry in self._entries.get(name, ()):
            fits = entry.territory in ("", territory) and covers(entry, day)
            if fits and entry.kind in ("dated", "threshold") and entry.value is not None:
                return entry
        return None

    def known(self, names: Iterable[str], day: date, territory: str) -> dict[str, Decimal]:
        """Return the values that are known on that day."""
        entries = {name: self.entry(name, day, territory) for name in names}
        return {n: e.value for n, e in entries.items() if e is not None and e.value is not None}

    def entries(self, name: str) -> Sequence[Parameter]:
        """Return all that is known of a letter."""
        return self._entries.get(name, ())

    def label(self, name: str) -> str:
        """Return what a letter means."""
        entries = self.entries(name)
        return entries[0].label if entries else name

    def unit(self, name: str) -> str:
        """Return the unit in which a letter's value is given."""
        return next((entry.unit for entry in self.entries(name) if entry.unit), "€")

    def territories(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the territories where one of these letters has a value of its own, in order."""
        own = {entry.territory for name in names for entry in self.entries(name)} - {""}
        return tuple(name for name in TERRITORIES if name in own | {METROPOLE}) if own else ()

    def note(self, name: str, day: date) -> str:
        """Return what is said of a letter whose value is unknown on that day."""
        entries = self.entries(name)
        unknown = (e for e in entries if e.kind == "unknown" and covers(e, day))
        return next((entry.note for entry in unknown if entry.note), "")

    def question(self, missing: Sequence[str], day: date) -> str:
        """Ask for the first of these names: letters before what only the visitor can count."""
        for name in missing:
            if all(entry.kind != "quantity" for entry in self.entries(name)):
                return f"Donnez la valeur de {name} à cette date. {self.note(name, day)}".strip()
        return f"Donnez : {self.label(missing[0]).lower()} ({missing[0]})."
