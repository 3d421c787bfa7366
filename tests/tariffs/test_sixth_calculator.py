"""A calculator is one file and one line of a list: here is a sixth, made in a test."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from wtforms.validators import InputRequired

from communaute.blueprints.tariffs.calculators import CALCULATORS
from communaute.blueprints.tariffs.calculators.calculator import (
    Answer,
    Calculator,
    CalculatorForm,
    Typed,
    known_day,
)
from communaute.blueprints.tariffs.finder import KEPT
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.sheets import Sheet, sheet_line
from communaute.domain.tariffs.values import Row
from communaute.web.fields import DayField, WholeNumberField
from tests.pages import Pages, one


class TransferForm(CalculatorForm):
    """A journey with a prisoner."""

    OTHERWISE = "km"

    jour = DayField("Jour du trajet", [InputRequired(), known_day])
    km = WholeNumberField("Kilomètres", [InputRequired()], least=1)

    def mission_end(self) -> date | None:
        return self.jour.data


def work(catalogue: Catalogue, form: TransferForm) -> tuple[Answer, ...]:
    assert form.jour.data
    row = catalogue.required("translation-kilometre", form.jour.data)
    total = (row.amount or Decimal(0)) * (form.km.data or 0)
    line = sheet_line("Trajet", f"{form.km.data} × 0,24", total, (row,), form.jour.data)
    return (Answer(Sheet("transfer", str(total), (line,))),)


def serves(_catalogue: Catalogue, row: Row, _day: date) -> Typed | None:
    return {} if row.series == "translation-kilometre" else None


SIXTH = Calculator(
    name="transfer",
    path="deplacement-detenu",
    title="Calculer une translation",
    summary="Translations : au kilomètre",
    form=TransferForm,
    work=work,
    serves=serves,
    link="Calculer une translation",
    rules="tariffs/regles-formule",
)


@pytest.fixture
def sixth(shared_app: Flask) -> Iterator[Calculator]:
    """A sixth calculator, for a moment: answers made with the five, or with it, are forgotten."""
    CALCULATORS.append(SIXTH)
    shared_app.extensions.pop(KEPT, None)
    yield SIXTH
    CALCULATORS.remove(SIXTH)
    shared_app.extensions.pop(KEPT, None)


def test_it_has_its_page_its_faults_its_result_and_its_deadline(
    sixth: Calculator, pages: Pages
) -> None:
    here = f"/outils/tarifs/{sixth.path}"
    assert one(pages.get(here), "#jour")
    assert len(pages.get(f"{here}?jour=&km=", status=422).select(".error-summary a")) == 2
    page = pages.get(f"{here}?jour=1er+juin+2026&km=100")
    assert "24,00" in one(page, ".tariff__amount").text
    assert "2027" in one(page, ".tariffs__filing").text


@pytest.fixture
def asked_before(pages: Pages) -> None:
    """Somebody asked for the finder when there were five."""
    pages.get("/outils/tarifs")


def test_the_finder_lists_it_and_its_tariff_leads_to_it(
    asked_before: None, sixth: Calculator, pages: Pages
) -> None:
    here = f"/outils/tarifs/{sixth.path}"
    assert one(pages.get("/outils/tarifs"), f"a[href='{here}']")
    page = pages.get("/outils/tarifs?tarif=translation-kilometre&date=2026-06-01")
    assert one(page, f".tariff__links a[href='{here}']")


def test_its_answer_is_kept(sixth: Calculator, pages: Pages) -> None:
    data = {"kind": sixth.name, "jour": "01/06/2026", "km": "100"}
    kept = pages.response("POST", "/outils/tarifs/calculs", data=data)
    page = pages.get(kept.headers["Location"])
    assert "24,00" in one(page, ".tariff__amount").text
    assert one(page, f"a[href^='/outils/tarifs/{sixth.path}?']")


def test_nothing_of_it_is_left(pages: Pages) -> None:
    pages.get(f"/outils/tarifs/{SIXTH.path}", status=404)
