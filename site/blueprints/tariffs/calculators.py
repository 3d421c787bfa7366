"""The calculators: GET pages that answer at once, and a POST that keeps an answer for ever."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from communaute.blueprints.tariffs import bp, extra_fields, forms, presenting, typed, wording
from communaute.blueprints.tariffs.calculating import ACT, KINDS, VALUE, Refused, asked, unreadable
from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.delegates import KINDS as DELEGATE_KINDS
from communaute.domain.tariffs.delegates import PERSON
from communaute.domain.tariffs.errors import UnknownName
from communaute.domain.tariffs.parameters import TERRITORIES
from communaute.domain.tariffs.saving import keep_calculation, kept_calculation
from communaute.domain.tariffs.sheets import Sheet
from communaute.domain.tariffs.values import Row
from communaute.extensions import db, limiter
from communaute.tariff_data import tariffs
from communaute.web.rendering import render
from communaute.web.security import refuse_cross_site


TEMPLATE = "tariffs/calculator.html"
bp.add_app_template_filter(wording.iso_date, "iso_date")
bp.add_app_template_filter(Decimal, "decimal")
LONGEST = 60
MOST_FIELDS = 40


@bp.get("/outils/tarifs/interpretation")
def interpreting() -> ResponseReturnValue:
    """An interpreting mission."""
    return calculator("interpreting", "Calculer une interprétation", forms.InterpretingForm)


@bp.get("/outils/tarifs/traduction")
def translation() -> ResponseReturnValue:
    """A written translation."""
    return calculator("translation", "Calculer une traduction écrite", forms.TranslationForm)


@bp.get("/outils/tarifs/deplacement")
def travelling() -> ResponseReturnValue:
    """Kilometres by car."""
    return calculator("travel", "Calculer des kilomètres en voiture", forms.TravellingForm)


@bp.get("/outils/tarifs/delegues")
def delegates() -> ResponseReturnValue:
    """Acts of a delegate or mediator."""
    title = "Calculer des actes de délégué ou de médiateur"
    return calculator("delegates", title, forms.DelegatesForm)


@bp.get("/outils/tarifs/formule")
def formula() -> ResponseReturnValue:
    """Any formula, with the visitor's values."""
    row = row_of_formula(tariffs().catalogue) or abort(HTTPStatus.NOT_FOUND)
    return calculator("formula", f"Calculer\u00a0: {row.service}", forms.FormulaForm, row)


def calculator(
    kind: str, title: str, form_class: type[Form], row: Row | None = None
) -> ResponseReturnValue:
    """The form; once it is filled, its sheet, or 422 with a sentence beside a field."""
    catalogue, today = tariffs().catalogue, clock.today()
    given = asked(kind, small(request.args))
    form = form_class(data=with_defaults(kind, given))
    fill(form)
    sheet, blamed = worked_out(kind, catalogue, given, today, form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if blamed else HTTPStatus.OK
    return render(
        TEMPLATE,
        "tool",
        status=status,
        **common(kind, title, sheet, given),
        form=form,
        more=extra_fields.more_fields(kind, catalogue, given, today, row, blamed),
        blamed=blamed,
        row=row,
    )


def small(arguments: Mapping[str, str]) -> dict[str, str]:
    """The arguments, none of them long, not too many."""
    kept = list(typed.given(arguments).items())[:MOST_FIELDS]
    return {name[:LONGEST]: value[:LONGEST] for name, value in kept}


def with_defaults(kind: str, given: Mapping[str, str]) -> dict[str, object]:
    """What the form shows."""
    values: dict[str, object] = dict(given)
    if kind == "delegates":
        values.setdefault("statut", PERSON)
    if kind == "interpreting":
        values["alsace"] = "alsace" in given
    return values


def fill(form: Form) -> None:
    """Give the choices that come from the domain."""
    if isinstance(form, forms.DelegatesForm):
        form.statut.choices = list(DELEGATE_KINDS.items())
    if isinstance(form, forms.FormulaForm):
        form.territoire.choices = list(TERRITORIES.items())


def worked_out(
    kind: str, catalogue: Catalogue, given: Mapping[str, str], today: date, form: Form
) -> tuple[Sheet | None, Refused | None]:
    """The sheet, or who is to blame; neither while nothing is asked."""
    if not ready(kind, given):
        return None, None
    try:
        return KINDS[kind](catalogue, given, today), None
    except Refused as refused:
        for wrong in (*unreadable(kind, given, today), refused):
            if wrong.field in form:
                form[wrong.field].errors = [str(wrong)]
        return None, refused


def ready(kind: str, given: Mapping[str, str]) -> bool:
    """Whether the form was sent, rather than opened."""
    if kind == "delegates":
        return any(name.startswith(ACT) for name in given)
    if kind == "formula":
        return any(name.startswith(VALUE) or name == "nombre" for name in given)
    return bool(given)


def row_of_formula(catalogue: Catalogue) -> Row | None:
    """The row that `tarif` and `date` name; the latest when the date has none."""
    series = request.args.get("tarif", "")
    if series not in catalogue.series:
        return None
    try:
        day = typed.day(request.args.get("date", ""), clock.today())
    except DomainError:
        day = clock.today()
    return catalogue.on(series, day) or catalogue.periods(series)[-1]


def common(kind: str, title: str, sheet: Sheet | None, given: Mapping[str, str]) -> dict[str, Any]:
    """What the page of any calculator shows."""
    return {
        "kind": kind,
        "title": title,
        "sheet": sheet,
        "given": given,
        "french": presenting.french,
        "wording": wording,
        "catalogue": tariffs().catalogue,
    }


@bp.post("/outils/tarifs/calculs")
@limiter.limit("30 per minute; 300 per day")
def keep() -> ResponseReturnValue:
    """Keep a calculation, worked out again here: what is kept is never what a form says."""
    refuse_cross_site()
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        abort(HTTPStatus.BAD_REQUEST)
    given = asked(kind, small(request.form))
    try:
        sheet = KINDS[kind](tariffs().catalogue, given, clock.today())
    except Refused:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    token = keep_calculation(db.session(), tariffs().catalogue, sheet, given, clock.now())
    db.session.commit()
    return redirect(url_for("tariffs.kept", token=token), HTTPStatus.SEE_OTHER)


@bp.get("/outils/tarifs/calculs/<token>")
def kept(token: str) -> ResponseReturnValue:
    """A calculation that was kept: the same euro for ever."""
    try:
        found = kept_calculation(db.session(), token)
    except UnknownName:
        abort(HTTPStatus.NOT_FOUND)
    kind, title = found.sheet.kind, "Un calcul gardé"
    shown = common(kind, title, found.sheet, asked(kind, found.question))
    return render("tariffs/kept.html", "tool", **shown, kept=found)
