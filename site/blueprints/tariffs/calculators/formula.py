"""Any tariff that depends on values or on a territory that only the visitor knows."""

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired

from communaute.blueprints.tariffs.calculators import calculator
from communaute.domain.tariffs.amounts import (
    MOST_TIMES,
    names_of,
    names_to_give,
    work_out,
)
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import UnknownName
from communaute.domain.tariffs.formulas import (
    METROPOLE,
    TERRITORIES,
    described,
    in_french,
    is_deduced,
)
from communaute.domain.tariffs.sheets import Sheet, sheet_line
from communaute.domain.tariffs.values import Row
from communaute.french.reading import Unreadable, read_day
from communaute.web.fields import DayField, NumberField, WholeNumberField


VALUE = "v-"


class FormulaForm(calculator.CalculatorForm):
    """A tariff and a date; the letters and quantities come from its formula."""

    PREFILLED = frozenset({"tarif", "date", "territoire"})
    OTHERWISE = "date"
    MORE, LEGEND = VALUE, "Les valeurs que vous connaissez"

    tarif = HiddenField()
    date = DayField(
        "Date à retenir",
        [InputRequired("Donnez la date à retenir, par exemple 31/12/2025."), calculator.known_day],
        description="Celle de la réquisition, de la prestation ou de l’acte, selon le tarif",
        render_kw={"maxlength": 30},
    )
    nombre = WholeNumberField(
        "Combien de fois",
        least=1,
        most=MOST_TIMES,
        description="1 si vous ne dites rien",
        render_kw={"inputmode": "numeric", "maxlength": 5},
    )

    @classmethod
    def made(
        cls, catalogue: Catalogue, given: calculator.Typed, today: datetime.date
    ) -> type[calculator.CalculatorForm]:
        """With a field for each letter or quantity to give. Raises UnknownName."""
        series = given.get("tarif", "")
        if series not in catalogue.series:
            raise UnknownName("Aucun tarif ne porte ce nom.")
        try:
            day = read_day(given.get("date", ""))
        except Unreadable:
            day = today
        row = catalogue.on(series, day) or catalogue.periods(series)[-1]
        territory = given.get("territoire", METROPOLE)
        names = names_to_give(catalogue, row, day, territory)
        fields: dict[str, Any] = {
            "TITLE": f"Calculer : {row.service}",
            "NOTE": f"Formule du texte : {row.formula}" if row.formula else "",
            "FIELDS": {"territory": "territoire", **{name: VALUE + name for name in names}},
        }
        letters = catalogue.parameters
        territories = letters.territories(names_of(row))
        if territories:
            choices = [(name, TERRITORIES[name]) for name in territories]
            fields["territoire"] = SelectField("Territoire", choices=choices, validate_choice=False)
        for name in names:
            fields[VALUE + name] = NumberField(
                f"{letters.label(name)} ({name})",
                description=f"En {letters.unit(name)}. {letters.note(name, day)}".strip(),
                render_kw={"inputmode": "decimal", "maxlength": 12},
            )
        return type(cls.__name__, (cls,), fields)


def work(catalogue: Catalogue, form: FormulaForm) -> tuple[calculator.Answer, ...]:
    """The sheet of a formula. Raises TariffError."""
    day, series = cast("datetime.date", form.date.data), form.tarif.data or ""
    values = {
        each.name.removeprefix(VALUE): each.data for each in form.more() if each.data is not None
    }
    territory = form["territoire"].data if "territoire" in form else METROPOLE
    done = work_out(catalogue, series, day, values, form.nombre.data or 1, territory or METROPOLE)
    found = done.worth
    spelled = found.sum or in_french(found.amount or Decimal(0))
    if done.count > 1:
        spelled = f"{done.count} × ({spelled})"
    # The values that the sum rests on are kept with it.
    line = replace(
        sheet_line(done.row.service, spelled, done.total, (done.row,), day),
        letters=tuple(described(entry) for entry in found.letters),
        deduced=tuple(entry.name for entry in found.letters if is_deduced(entry)),
    )
    return (calculator.Answer(Sheet("formula", str(done.total), (line,))),)


def serves(catalogue: Catalogue, row: Row, day: datetime.date) -> calculator.Typed | None:
    """A tariff with letters to give, or that changes with the territory."""
    names = names_to_give(catalogue, row, day)
    if not names and not catalogue.parameters.territories(names_of(row)):
        return None
    return {"tarif": row.series, "date": day.isoformat()}


CALCULATOR = calculator.Calculator(
    name="formula",
    path="formule",
    title="Calculer un tarif",
    summary="",
    form=FormulaForm,
    work=work,
    serves=serves,
    link="Calculer avec vos valeurs",
    rules="tariffs/regles-formule",
)
