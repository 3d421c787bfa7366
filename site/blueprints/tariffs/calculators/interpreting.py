"""An interpreting mission, hour by hour."""

from datetime import date, datetime
from typing import ClassVar, cast

from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from communaute.blueprints.tariffs.calculators import calculator
from communaute.domain import clock
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import WrongDate
from communaute.domain.tariffs.formulas import in_french
from communaute.domain.tariffs.interpreting import GRID_FROM, Line, Mission, interpret
from communaute.domain.tariffs.sheets import Sheet, SheetLine, sheet_line
from communaute.domain.tariffs.values import Row
from communaute.web.fields import DayAndHourField, DayField, EndField


CATEGORY = "traducteurs-interpretes"
UNSURE = "ne-sais-pas"
OPTIONS = {"oui": True, "non": False}
BOTH = {"oui": "Avec droit d’option", "non": "Sans droit d’option"}


def option_field() -> RadioField:
    """The droit d'option, asked in the same words by both calculators of interpreters."""
    return RadioField(
        "Avez-vous exercé le droit d’option ?",
        choices=[("oui", "Oui"), ("non", "Non"), (UNSURE, "Je ne sais pas")],
        description="Seulement pour une réquisition à partir du 1er janvier 2021",
        validate_choice=False,
    )


def options(typed: str | None, ordered: date) -> dict[str, bool | None]:
    """The options to work out: both for somebody who does not know, where there are two."""
    if typed == UNSURE and ordered >= GRID_FROM:
        return dict(OPTIONS)
    return {"": OPTIONS.get(typed or "")}


class InterpretingForm(calculator.CalculatorForm):
    """A mission."""

    FIELDS: ClassVar = {"ordered": "requisition", "start": "debut", "end": "fin"}
    OTHERWISE = "fin"

    requisition = DayField(
        "Date de la réquisition",
        [
            InputRequired("Donnez la date de la réquisition, par exemple 31/12/2025."),
            calculator.known_day,
        ],
        description="Elle fixe le tarif de toute la mission. Exemple : 31/12/2020",
        render_kw={"maxlength": 30},
    )
    debut = DayAndHourField(
        "Début de l’intervention",
        [InputRequired("Donnez le jour et l’heure du début, par exemple 31/12/2025 22:00.")],
        description="Heure de Paris. Exemple : 01/06/2021 22:00",
        render_kw={"maxlength": 40},
    )
    fin = EndField(
        "Fin de l’intervention",
        [InputRequired("Donnez le jour et l’heure de la fin, par exemple 31/12/2025 23:30.")],
        since="debut",
        description="Exemple : 02/06/2021 00:00, ou l’heure seule",
        render_kw={"maxlength": 40},
    )
    option = option_field()
    alsace = BooleanField(
        "Intervention en Alsace ou en Moselle",
        description="Le Vendredi saint et le 26 décembre y sont fériés",
    )

    def mission_end(self) -> date | None:
        """The day on which the mission ended."""
        return self.fin.data.date() if self.fin.data else None


def work(catalogue: Catalogue, form: InterpretingForm) -> tuple[calculator.Answer, ...]:
    """A mission's sheets. Raises TariffError."""
    ordered = cast("date", form.requisition.data)
    start, end = cast("datetime", form.debut.data), cast("datetime", form.fin.data)
    if end.date() > clock.today():
        raise WrongDate("Cette intervention est à venir : calculez-la une fois faite.", field="end")
    return tuple(
        calculator.Answer(
            interpreting_sheet(interpret(catalogue, ordered, start, end, option, form.alsace.data)),
            BOTH.get(name, ""),
            {"option": name} if name else {},
        )
        for name, option in options(form.option.data, ordered).items()
    )


def interpreting_sheet(mission: Mission) -> Sheet:
    """Lay out an interpreting mission."""
    lines = tuple(_line(line, mission.ordered) for line in mission.lines)
    notes = []
    if astride := mission.straddling:
        count = "Une heure est" if astride == 1 else f"{astride} heures sont"
        notes.append(
            f"{count} à cheval sur deux tranches : chacune est comptée dans la tranche où elle "
            "commence. C’est notre règle, le texte n’en dit rien. Comptée dans la tranche où elle "
            f"finit, le total serait de {in_french(mission.other_reading)}\u00a0€."
        )
    return Sheet("interpreting", str(mission.total), lines, tuple(notes))


def _line(line: Line, day: date) -> SheetLine:
    times = f"{line.hours} × " if line.hours > 1 else ""
    spelled = line.rate.spelled
    if times:
        spelled = f"{times}({spelled})" if "×" in spelled else f"{times}{spelled}"
    rows = (line.rate.tariff, *line.rate.supplements)
    period = f"{_moment(line.start)} – {_moment(line.end)}"
    return sheet_line(period, spelled, line.amount, rows, day)


def _moment(moment: datetime) -> str:
    return f"{moment:%d/%m/%Y} {moment.hour}\u00a0h\u00a0{moment.minute:02}"


def serves(_catalogue: Catalogue, row: Row, _day: date) -> calculator.Typed | None:
    """Hours of interpreters."""
    spoken = row.category == CATEGORY and not row.series.startswith("traduction")
    return {} if spoken else None


CALCULATOR = calculator.Calculator(
    name="interpreting",
    path="interpretation",
    title="Calculer une interprétation",
    summary="Interprétation : heures, nuit, week-ends et jours fériés",
    form=InterpretingForm,
    work=work,
    serves=serves,
    link="Calculer une mission",
    rules="tariffs/regles-interpretation",
)
