"""A written translation, from its words to its sum."""

from datetime import date
from typing import ClassVar, cast

from wtforms.validators import InputRequired, Optional

from communaute.blueprints.tariffs.calculators import calculator
from communaute.blueprints.tariffs.calculators.interpreting import (
    BOTH,
    CATEGORY,
    option_field,
    options,
)
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.formulas import in_french
from communaute.domain.tariffs.sheets import Sheet, sheet_line
from communaute.domain.tariffs.translation import MOST_WORDS, Translation, translate
from communaute.domain.tariffs.values import Row
from communaute.web.fields import DayField, WholeNumberField


class TranslationForm(calculator.CalculatorForm):
    """A text."""

    FIELDS: ClassVar = {"ordered": "requisition", "words": "mots"}
    OTHERWISE = "mots"

    requisition = DayField(
        "Date de la réquisition",
        [
            InputRequired("Donnez la date de la réquisition, par exemple 31/12/2025."),
            calculator.known_day,
        ],
        description="Exemple : 31/12/2020",
        render_kw={"maxlength": 30},
    )
    mots = WholeNumberField(
        "Nombre de mots du texte français",
        [InputRequired("Donnez le nombre de mots du texte français.")],
        least=1,
        most=MOST_WORDS,
        description="La page compte 250 mots du texte français",
        render_kw={"inputmode": "numeric", "maxlength": 12},
    )
    option = option_field()
    remise = DayField(
        "Date de remise au greffe",
        [Optional(), calculator.known_day],
        description="Pour connaître votre date limite de dépôt",
        render_kw={"maxlength": 30},
    )

    def mission_end(self) -> date | None:
        """A translation ends when it is handed to the registry."""
        return self.remise.data


def work(catalogue: Catalogue, form: TranslationForm) -> tuple[calculator.Answer, ...]:
    """A translation's sheets. Raises TariffError."""
    ordered, words = cast("date", form.requisition.data), cast("int", form.mots.data)
    return tuple(
        calculator.Answer(
            translation_sheet(translate(catalogue, ordered, words, option)),
            BOTH.get(name, ""),
            {"option": name} if name else {},
        )
        for name, option in options(form.option.data, ordered).items()
    )


def translation_sheet(done: Translation) -> Sheet:
    """Lay out a written translation."""
    line = sheet_line(f"{done.words} mots", done.spelled, done.total, (done.tariff,), done.ordered)
    note = (
        "Le texte fait payer toute heure commencée, mais ne dit rien de la page commencée : "
        "nous comptons les mots. Si la page commencée était due en entier, le total serait de "
        f"{in_french(done.started_pages)}\u00a0€."
    )
    notes = (note,) if done.started_pages != done.total else ()
    return Sheet("translation", str(done.total), (line,), notes)


def serves(_catalogue: Catalogue, row: Row, _day: date) -> calculator.Typed | None:
    """Pages of translators."""
    written = row.category == CATEGORY and row.series.startswith("traduction")
    return {} if written else None


CALCULATOR = calculator.Calculator(
    name="translation",
    path="traduction",
    title="Calculer une traduction écrite",
    summary="Traduction écrite : du nombre de mots à la somme",
    form=TranslationForm,
    work=work,
    serves=serves,
    link="Calculer une traduction écrite",
    rules="tariffs/regles-traduction",
)
