"""Acts of a prosecutor's delegate or mediator: those of the date and of the status."""

from datetime import date
from typing import Any, ClassVar, cast

from wtforms import RadioField
from wtforms.validators import AnyOf, InputRequired

from communaute.blueprints.tariffs import wording
from communaute.blueprints.tariffs.calculators import calculator
from communaute.domain.tariffs.amounts import valued
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.delegates import KINDS, MOST, PERSON, acts_on, pay_delegate
from communaute.domain.tariffs.errors import WrongQuantity
from communaute.domain.tariffs.sheets import Sheet, sheet_line
from communaute.domain.tariffs.values import Row
from communaute.french.reading import Unreadable, read_day
from communaute.web.fields import DayField, WholeNumberField


ACT = "acte-"
CATEGORIES = (
    "mediateurs-delegues-procureur-personnes-physiques",
    "mediateurs-delegues-procureur-associations",
)
# A row that gives the unit's worth, and is no act.
UNIT = "unite-de-valeur"


class DelegatesForm(calculator.CalculatorForm):
    """Who did the acts, and when they were prescribed; the acts themselves come from the data."""

    FIELDS: ClassVar = {"ordered": "requisition"}
    OTHERWISE = "statut"
    PREFILLED = frozenset({"requisition", "statut"})
    MORE, LEGEND = ACT, "Combien de fois avez-vous fait chaque acte ? Laissez les autres vides."
    NOTE = (
        "Vos actes changent avec la date et le statut : calculez une première fois pour afficher "
        "les bons."
    )

    requisition = DayField(
        "Date à laquelle la mesure a été prescrite",
        [
            InputRequired("Donnez la date de la mesure, par exemple 31/12/2025."),
            calculator.known_day,
        ],
        description="Exemple : 31/12/2022",
        render_kw={"maxlength": 30},
    )
    statut = RadioField(
        "Vous êtes",
        [AnyOf(KINDS, "Choisissez l’un des deux.")],
        choices=list(KINDS.items()),
        default=PERSON,
        validate_choice=False,
    )

    @classmethod
    def made(
        cls, catalogue: Catalogue, given: calculator.Typed, today: date
    ) -> type[calculator.CalculatorForm]:
        """With a field for each act that may be paid on the date typed, today's until one is."""
        try:
            day = read_day(given.get("requisition", ""))
        except Unreadable:
            day = today
        status = given.get("statut", PERSON)
        acts = acts_on(catalogue, status if status in KINDS else PERSON, day)
        fields: dict[str, Any] = {
            ACT + name: _act_field(catalogue, row, day)
            for name, row in acts.items()
            if name != UNIT
        }
        return type(cls.__name__, (cls,), fields)


def _act_field(catalogue: Catalogue, row: Row, day: date) -> WholeNumberField:
    found = valued(catalogue, row, day).amount
    worth = wording.euros(found) if found is not None else row.formula
    more = f" ({row.formula})" if row.formula and found is not None else ""
    return WholeNumberField(
        row.service.rpartition(" : ")[0] or row.service,
        most=MOST,
        description=worth + more,
        render_kw={"inputmode": "numeric", "maxlength": 3},
    )


def work(catalogue: Catalogue, form: DelegatesForm) -> tuple[calculator.Answer, ...]:
    """The acts' sheet. Raises TariffError."""
    ordered, acts = cast("date", form.requisition.data), form.more()
    wanted = {act.name.removeprefix(ACT): act.data for act in acts if act.data}
    if not wanted:
        first = acts[0].name if acts else "ordered"
        raise WrongQuantity(
            "Indiquez au moins un acte : ceux de cette date et de ce statut sont listés ici.",
            field=first,
        )
    pay = pay_delegate(catalogue, ordered, form.statut.data, wanted)
    lines = tuple(
        sheet_line(act.tariff.service, act.spelled, act.amount, (act.tariff,), ordered)
        for act in pay.acts
    )
    return (calculator.Answer(Sheet("delegates", str(pay.total), lines, pay.rules)),)


def serves(_catalogue: Catalogue, row: Row, _day: date) -> calculator.Typed | None:
    """The acts of delegates and mediators."""
    return {} if row.category in CATEGORIES else None


CALCULATOR = calculator.Calculator(
    name="delegates",
    path="delegues",
    title="Calculer des actes de délégué ou de médiateur",
    summary="Délégués et médiateurs du procureur : en unités de valeur",
    form=DelegatesForm,
    work=work,
    serves=serves,
    link="Calculer des actes de délégué ou de médiateur",
    rules="tariffs/regles-delegues",
)
