"""A calculation laid out: lines with their sum, article and warning; kept and read back as JSON."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from communaute.domain.tariffs.amounts import Worth
from communaute.domain.tariffs.delegates import Pay
from communaute.domain.tariffs.formulas import in_french
from communaute.domain.tariffs.interpreting import Line, Mission
from communaute.domain.tariffs.parameters import described, is_deduced
from communaute.domain.tariffs.standing import doubt, is_last_known
from communaute.domain.tariffs.translation import Translation
from communaute.domain.tariffs.travel import Travel
from communaute.domain.tariffs.values import Row
from communaute.domain.tariffs.working_out import Result


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line: what, the sum spelt out, euros, the rows and articles it rests on.

    `to_confirm` is the last day on which the tariff was seen in force, or empty when sure;
    `doubt` is how a tariff is known when it was not read in its text (a word of standing.py).
    `period`, `extras` (the surcharges in words), `letters` (the values used, each in a
    sentence) and `deduced` (the names of those that no text gave) are kept too: a kept sheet
    says the same whatever becomes of the rows.
    """

    label: str
    sum: str
    amount: str
    tariffs: tuple[str, ...]
    text: str
    to_confirm: str
    doubt: str = ""
    period: tuple[str, str] = ("", "")
    extras: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    deduced: tuple[str, ...] = ()
    article: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole calculation, as it is shown and kept."""

    kind: str
    total: str
    lines: tuple[SheetLine, ...]
    notes: tuple[str, ...] = ()

    @property
    def to_confirm(self) -> str:
        """The earliest day on which a tariff was last seen in force; empty when all are sure."""
        return min((line.to_confirm for line in self.lines if line.to_confirm), default="")

    @property
    def doubts(self) -> tuple[str, ...]:
        """How the tariffs that nobody read in their text are known, each said once."""
        return tuple(dict.fromkeys(line.doubt for line in self.lines if line.doubt))

    @property
    def letters(self) -> tuple[str, ...]:
        """The values of the letters used, each said once."""
        return tuple(dict.fromkeys(said for line in self.lines for said in line.letters))

    @property
    def deduced(self) -> tuple[str, ...]:
        """The letters whose value no text gave."""
        return tuple(dict.fromkeys(name for line in self.lines for name in line.deduced))

    @property
    def tariffs(self) -> tuple[str, ...]:
        """Every row used, once."""
        return tuple(dict.fromkeys(name for line in self.lines for name in line.tariffs))

    def as_json(self) -> dict[str, Any]:
        """Return what is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Sheet":
        """Return the sheet that was kept."""
        lines = (SheetLine(**_as_tuples(line)) for line in kept["lines"])
        return cls(kept["kind"], kept["total"], tuple(lines), tuple(kept["notes"]))


def _as_tuples(kept: dict[str, Any]) -> dict[str, Any]:
    """JSON's lists as the tuples they were."""
    return {n: tuple(value) if isinstance(value, list) else value for n, value in kept.items()}


def interpreting_sheet(mission: Mission) -> Sheet:
    """Lay out an interpreting mission."""
    lines = tuple(_mission_line(line, mission.ordered) for line in mission.lines)
    return Sheet("interpreting", str(mission.total), lines, _straddling(mission))


def _mission_line(line: Line, day: date) -> SheetLine:
    times = f"{line.hours} × " if line.hours > 1 else ""
    spelled = f"{line.rate.spelled}"
    if times:
        spelled = f"{times}({spelled})" if "×" in spelled else f"{times}{spelled}"
    rows = (line.rate.tariff, *line.rate.supplements)
    period = f"{_moment(line.start)} – {_moment(line.end)}"
    return _line(period, spelled, line.amount, rows, day)


def _moment(moment: datetime) -> str:
    return f"{moment:%d/%m/%Y} {moment.hour}\u00a0h\u00a0{moment.minute:02}"


def _straddling(mission: Mission) -> tuple[str, ...]:
    if not mission.straddling:
        return ()
    count = "Une heure est" if mission.straddling == 1 else f"{mission.straddling} heures sont"
    return (
        f"{count} à cheval sur deux tranches\u202f: chacune est comptée dans la tranche où elle "
        "commence. C’est notre règle, le texte n’en dit rien. Comptée dans la tranche où elle "
        f"finit, le total serait de {in_french(mission.other_reading)}\u00a0€.",
    )


def translation_sheet(done: Translation) -> Sheet:
    """Lay out a written translation."""
    line = _line(f"{done.words} mots", done.spelled, done.total, (done.tariff,), done.ordered)
    note = (
        "Le texte fait payer toute heure commencée, mais ne dit rien de la page commencée\u202f: "
        "nous comptons les mots. Si la page commencée était due en entier, le total serait de "
        f"{in_french(done.started_pages)}\u00a0€."
    )
    notes = (note,) if done.started_pages != done.total else ()
    return Sheet("translation", str(done.total), (line,), notes)


def delegates_sheet(pay: Pay) -> Sheet:
    """Lay out a delegate's acts."""
    lines = tuple(
        _line(act.tariff.service, act.spelled, act.amount, (act.tariff,), pay.ordered)
        for act in pay.acts
    )
    return Sheet("delegates", str(pay.total), lines, pay.rules)


def travel_sheet(done: Travel) -> Sheet:
    """Lay out kilometres."""
    lines = tuple(
        _line(
            leg.tariff.service,
            f"{in_french(leg.km)} × {in_french(leg.tariff.amount or Decimal(0))}",
            leg.amount,
            (leg.tariff,),
            done.day,
        )
        for leg in done.legs
    )
    return Sheet("travel", str(done.total), lines)


def formula_sheet(result: Result) -> Sheet:
    """Lay out a formula worked out."""
    spelled = result.worth.sum or in_french(result.worth.amount or Decimal(0))
    if result.count > 1:
        spelled = f"{result.count} × ({spelled})"
    line = _line(result.row.service, spelled, result.total, (result.row,), result.day)
    return Sheet("formula", str(result.total), (_with_letters(line, result.worth),))


def _with_letters(line: SheetLine, found: Worth) -> SheetLine:
    return replace(
        line,
        letters=tuple(described(entry) for entry in found.letters),
        deduced=tuple(entry.name for entry in found.letters if is_deduced(entry)),
    )


def _line(label: str, spelled: str, amount: Decimal, rows: tuple[Row, ...], day: date) -> SheetLine:
    doubtful = [row.verified_on for row in rows if is_last_known(row, day)]
    return SheetLine(
        label=label,
        sum=spelled,
        amount=str(amount),
        tariffs=tuple(row.id for row in rows),
        text=rows[0].text,
        to_confirm=min(doubtful).isoformat() if doubtful else "",
        doubt=next(filter(None, (doubt(row) for row in rows)), ""),
        period=(_iso(rows[0].valid_from), _iso(rows[0].valid_until)),
        extras=tuple(row.service for row in rows[1:]),
        article=rows[0].articles[0] if rows[0].articles else "",
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
