"""What a letter of the formulas is worth on a date, in a territory, or that nobody knows."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from communaute.domain.tariffs.errors import MissingValue
from communaute.domain.tariffs.formulas import in_french
from communaute.domain.tariffs.values import Parameter, covers


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
            raise MissingValue(name, self._question(name, day))
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
        found = {}
        for name in names:
            try:
                found[name] = self.value(name, day, territory)
            except MissingValue:
                continue
        return found

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

    def is_quantity(self, name: str) -> bool:
        """Return whether a name counts something that only the visitor knows."""
        return any(entry.kind == "quantity" for entry in self.entries(name))

    def territories(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the territories where one of these letters has a value of its own, in order."""
        own = {entry.territory for name in names for entry in self.entries(name)} - {""}
        return tuple(name for name in TERRITORIES if name in own | {METROPOLE}) if own else ()

    def note(self, name: str, day: date) -> str:
        """Return what is said of a letter whose value is unknown on that day."""
        entries = self.entries(name)
        unknown = (e for e in entries if e.kind == "unknown" and covers(e, day))
        return next((entry.note for entry in unknown if entry.note), "")

    def _question(self, name: str, day: date) -> str:
        if self.is_quantity(name):
            return f"Donnez : {self.label(name).lower()} ({name})."
        note = self.note(name, day)
        return f"Donnez la valeur de {name} à cette date. {note}".strip()
