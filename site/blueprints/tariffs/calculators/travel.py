"""Kilometres by car."""

import datetime
from decimal import Decimal
from typing import ClassVar, cast

from wtforms.validators import InputRequired

from communaute.blueprints.tariffs.calculators import calculator
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.sheets import Sheet, sheet_line
from communaute.domain.tariffs.travel import travel
from communaute.domain.tariffs.values import Row
from communaute.web.fields import DayField, NumberField, WholeNumberField


DECIMAL = {"inputmode": "decimal", "maxlength": 12}


class TravelForm(calculator.CalculatorForm):
    """A journey by car."""

    FIELDS: ClassVar = {"day": "date", "power": "puissance", "before": "deja"}
    OTHERWISE = "km"

    date = DayField(
        "Date du trajet",
        [InputRequired("Donnez la date du trajet, par exemple 31/12/2025."), calculator.known_day],
        description="Exemple : 31/12/2022",
        render_kw={"maxlength": 30},
    )
    puissance = WholeNumberField(
        "Puissance fiscale (CV)",
        [InputRequired("Donnez la puissance fiscale, en CV.")],
        most=999,
        description="Ligne P.6 de la carte grise",
        render_kw={"inputmode": "numeric", "maxlength": 3},
    )
    km = NumberField(
        "Kilomètres de ce trajet",
        [InputRequired("Donnez le nombre de kilomètres.")],
        render_kw=DECIMAL,
    )
    deja = NumberField(
        "Kilomètres déjà payés depuis le 1er janvier",
        description="Le barème baisse ou monte par tranche sur l’année civile",
        render_kw=DECIMAL,
    )


def work(catalogue: Catalogue, form: TravelForm) -> tuple[calculator.Answer, ...]:
    """A journey's sheet. Raises TariffError."""
    day, power = cast("datetime.date", form.date.data), cast("int", form.puissance.data)
    km = cast("Decimal", form.km.data)
    done = travel(catalogue, day, power, km, form.deja.data or Decimal(0))
    lines = tuple(
        sheet_line(leg.tariff.service, leg.spelled, leg.amount, (leg.tariff,), day)
        for leg in done.legs
    )
    return (calculator.Answer(Sheet("travel", str(done.total), lines)),)


def serves(_catalogue: Catalogue, row: Row, _day: datetime.date) -> calculator.Typed | None:
    """The scale of the civil servants of the State."""
    return {} if row.category == "frais-deplacement" else None


CALCULATOR = calculator.Calculator(
    name="travel",
    path="deplacement",
    title="Calculer des kilomètres en voiture",
    summary="Kilomètres en voiture : le barème par tranche",
    form=TravelForm,
    work=work,
    serves=serves,
    link="Calculer des kilomètres",
    rules="tariffs/regles-deplacement",
)
