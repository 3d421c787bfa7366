"""Fields that read what people type, and say in French what they cannot read."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import InputRequired, Optional

from communaute.web.fields import (
    AddressField,
    AmountField,
    DayAndHourField,
    DayField,
    EndField,
    HourField,
    LongTextField,
    SiretField,
    WholeNumberField,
)


class Asked(Form):
    jour = DayField("Jour", [InputRequired()])
    moment = DayAndHourField("Moment")
    nombre = WholeNumberField("Nombre", least=1, most=12, default=3)
    montant = AmountField("Montant", [Optional()])
    siret = SiretField("SIRET")
    courriel = AddressField("Adresse", [InputRequired("Il nous faut une adresse.")])
    texte = LongTextField("Texte", most=5)


GOOD = {
    "jour": "1er août 2026",
    "moment": "1/8/2026 9h05",
    "nombre": "12",
    "montant": "1 234,5 €",
    "siret": "732 829 320 00074",
    "courriel": "lea@exemple.fr",
    "texte": " a\r\nb\u200b ",
}


def test_data_is_what_was_read() -> None:
    form = Asked(MultiDict(GOOD))
    assert form.validate(), form.errors
    assert form.data == {
        "jour": date(2026, 8, 1),
        "moment": datetime.fromisoformat("2026-08-01T09:05"),
        "nombre": 12,
        "montant": Decimal("1234.50"),
        "siret": "73282932000074",
        "courriel": "lea@exemple.fr",
        "texte": "a\nb",
    }


@pytest.mark.parametrize(
    ("field", "typed", "fault"),
    [
        ("jour", "", "Donnez la date"),
        ("jour", "31/02/2026", "n’est pas une date"),
        ("moment", "31/01/2026", "Donnez le jour et l’heure"),
        ("nombre", "13", "de 1 à 12"),
        ("montant", "x", "montant"),
        ("siret", "1", "14 chiffres"),
        ("courriel", "", "Il nous faut une adresse."),
        ("courriel", "x", "adresse électronique complète"),
        ("texte", "abcdef", "6 caractères"),
    ],
)
def test_what_cannot_be_read_is_said_in_french_and_shown_as_typed(
    field: str, typed: str, fault: str
) -> None:
    form = Asked(MultiDict({**GOOD, field: typed}))
    assert not form.validate()
    assert [name for name, errors in form.errors.items() if errors] == [field]
    assert fault in form[field].errors[0]
    assert len(form[field].errors) == 1
    assert form[field].data is None
    assert typed in form[field]()


def test_what_is_left_empty_is_nothing() -> None:
    form = Asked(MultiDict({**GOOD, "montant": " ", "moment": ""}))
    assert form.validate(), form.errors
    assert form.montant.data is None
    assert form.moment.data is None


def test_a_default_is_shown_as_it_would_be_typed_or_as_the_browser_wants_it() -> None:
    form = Asked(
        None, data={"jour": date(2026, 8, 1), "moment": datetime.fromisoformat("2026-08-01T09:05")}
    )
    assert 'value="01/08/2026"' in form.jour()
    assert 'value="2026-08-01"' in form.jour(type="date")
    assert 'value="01/08/2026 09:05"' in form.moment()
    assert 'value="2026-08-01T09:05"' in form.moment(type="datetime-local")
    assert 'value="3"' in form.nombre()


class Lasting(Form):
    debut = DayAndHourField("Début")
    fin = EndField("Fin", since="debut")


@pytest.mark.parametrize(
    ("begun", "typed", "end"),
    [
        ("19/06/2022 23:30", "1h30", "2022-06-20T01:30"),
        ("19/06/2022 22:00", "23 h", "2022-06-19T23:00"),
        ("19/06/2022 22:00", "22:00", "2022-06-20T22:00"),
        ("19/06/2022 22:00", "21/06/2022 1h", "2022-06-21T01:00"),
    ],
)
def test_an_end_may_be_an_hour_alone(begun: str, typed: str, end: str) -> None:
    form = Lasting(MultiDict({"debut": begun, "fin": typed}))
    assert form.validate(), form.errors
    assert form.fin.data == datetime.fromisoformat(end)


@pytest.mark.parametrize(
    ("begun", "typed"), [("", "1h30"), ("19/06/2022 22:00", "3"), ("hier", "1h")]
)
def test_an_hour_alone_needs_its_beginning_and_its_h(begun: str, typed: str) -> None:
    form = Lasting(MultiDict({"debut": begun, "fin": typed}))
    assert not form.validate()
    assert form.fin.errors


class Several(Form):
    premiere = HourField("Heure de début")
    siret = SiretField("Identifiant")
    courriel = AddressField("Adresse", [InputRequired("Il nous faut une adresse.")])


def test_a_fault_that_any_such_field_could_have_needs_its_question() -> None:
    form = Several(MultiDict({"premiere": "midi", "siret": "1", "courriel": ""}))
    assert not form.validate()
    assert form.premiere.fault_lacks_question
    assert not form.siret.fault_lacks_question
    assert not form.courriel.fault_lacks_question
