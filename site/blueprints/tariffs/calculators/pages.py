"""The pages of every calculator: a GET that answers at once, a POST that keeps an answer for ever."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from communaute.blueprints.acting import attempt, blame
from communaute.blueprints.tariffs import bp, calculators, presenting, wording
from communaute.blueprints.tariffs.calculators.calculator import (
    Answer,
    Calculator,
    CalculatorForm,
    legible,
)
from communaute.blueprints.tariffs.data import tariffs
from communaute.domain import clock
from communaute.domain.tariffs.errors import TariffError, UnknownName
from communaute.domain.tariffs.sheets import keep_calculation, kept_calculation
from communaute.extensions import db, limiter
from communaute.web.rendering import render
from communaute.web.security import refuse_cross_site


bp.add_app_template_filter(date.fromisoformat, "iso_date")
bp.add_app_template_filter(Decimal, "decimal")
LONGEST = 100
MOST_FIELDS = 60


@bp.get("/outils/tarifs/<path>")
def calculate(path: str) -> ResponseReturnValue:
    """A calculator's form; once it is sent, its sheets, or 422 with a sentence beside a field."""
    found = (each for each in calculators.CALCULATORS if each.path == path)
    calculator = next(found, None) or abort(HTTPStatus.NOT_FOUND)
    form = opened(calculator, request.args) or abort(HTTPStatus.NOT_FOUND)
    sent = bool(set(request.args) & set(form._fields) - form.PREFILLED)
    answers = worked_out(calculator, form) if sent else ()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    shown = {"form": form, "answers": answers, **common(calculator, form)}
    return render("tariffs/calculator.html", "tool", status=status, **shown)


def opened(calculator: Calculator, arguments: Mapping[str, str]) -> CalculatorForm | None:
    """The calculator's form, with what is asked of all that was given; None for no such tariff."""
    given = legible(dict(list(arguments.items())[:MOST_FIELDS]), LONGEST)
    try:
        made = calculator.form.made(tariffs().catalogue, given, clock.today())
    except UnknownName:
        return None
    return made(MultiDict(given))


def worked_out(calculator: Calculator, form: CalculatorForm) -> tuple[Answer, ...]:
    """The sheets; none when the form says what is wrong."""
    if not form.validate():
        return ()
    try:
        return calculator.work(tariffs().catalogue, form)
    except TariffError as refused:
        blame(form, refused, form.OTHERWISE)
        return ()


def given_to(form: CalculatorForm) -> dict[str, str]:
    """What was asked, as it was typed: nothing else is kept."""
    raw = {each.name: (each.raw_data or [""])[0] for each in form}
    return {name: str(value) for name, value in raw.items() if value}


def common(calculator: Calculator, form: CalculatorForm) -> dict[str, Any]:
    """What the page of a calculator shows, with a sheet or without."""
    end = form.mission_end()
    return {
        "calculator": calculator,
        "title": form.TITLE or calculator.title,
        "given": given_to(form),
        "deadline": wording.deadline(end, clock.today()) if end else None,
        "stay": wording.stay(tariffs().catalogue.parameters, end or clock.today()),
        "french": presenting.french,
        "wording": wording,
    }


@bp.post("/outils/tarifs/calculs")
@limiter.limit("30 per minute; 300 per day")
def keep() -> ResponseReturnValue:
    """Keep a calculation, worked out again here: what is kept is never what a form says."""
    refuse_cross_site()
    calculator = calculators.named(request.form.get("kind", "")) or abort(HTTPStatus.BAD_REQUEST)
    form = opened(calculator, request.form) or abort(HTTPStatus.NOT_FOUND)
    answers = worked_out(calculator, form)
    if len(answers) != 1:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    given, sheet = given_to(form), answers[0].sheet
    session, catalogue = db.session(), tariffs().catalogue
    token = attempt(lambda: keep_calculation(session, catalogue, sheet, given, clock.now()))
    return redirect(url_for("tariffs.calculation", token=token), HTTPStatus.SEE_OTHER)


@bp.get("/outils/tarifs/calculs/<token>")
def calculation(token: str) -> ResponseReturnValue:
    """A calculation that was kept: the same euro for ever."""
    try:
        found = kept_calculation(db.session(), token)
    except UnknownName:
        abort(HTTPStatus.NOT_FOUND)
    calculator = calculators.named(found.sheet.kind) or abort(HTTPStatus.NOT_FOUND)
    # Its tariff may bear another name now: the sum stays, but is not worked out again.
    form = opened(calculator, found.question)
    shown = common(calculator, form or calculator.form()) | {"title": "Un calcul gardé"}
    again = form is not None
    return render("tariffs/kept.html", "tool", **shown, kept=found, sheet=found.sheet, again=again)
