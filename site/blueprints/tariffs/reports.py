"""« Signaler une erreur »: an anonymous form; Sec-Fetch-Site and Origin guard it."""

from functools import partial
from http import HTTPStatus
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from wtforms import Form, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired

from communaute.blueprints.acting import attempt
from communaute.blueprints.tariffs import bp, presenting
from communaute.blueprints.tariffs.data import tariffs
from communaute.domain import clock
from communaute.domain.tariffs.reports import report_tariff
from communaute.extensions import db, limiter
from communaute.web.rendering import render
from communaute.web.security import refuse_cross_site


TEMPLATE = "tariffs/report.html"


class ReportForm(Form):
    """What is wrong."""

    tarif = HiddenField()
    message = TextAreaField("Ce qui est faux, et ce qu’il faudrait lire", [InputRequired()])
    source = StringField("Adresse du texte qui le montre")


@bp.get("/outils/tarifs/signaler")
def report() -> ResponseReturnValue:
    """The form, about one tariff or none."""
    form = ReportForm(data={"tarif": request.args.get("tarif", "")})
    return render(TEMPLATE, "tool", **shown(form, done=False))


@bp.post("/outils/tarifs/signaler")
@limiter.limit("10 per minute; 100 per day")
def receive() -> ResponseReturnValue:
    """Keep what is said; 422 with a sentence beside the field when it cannot be."""
    refuse_cross_site()
    form = ReportForm(request.form)
    known = tariffs().catalogue
    verb = partial(
        report_tariff,
        db.session(),
        known,
        period=form.tarif.data if form.tarif.data in known.by_id else "",
        message=form.message.data or "",
        source=form.source.data or "",
        now=clock.now(),
    )
    done = attempt(verb, form) is not None
    status = HTTPStatus.OK if done else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(TEMPLATE, "tool", status=status, **shown(form, done=done))


def shown(form: ReportForm, *, done: bool) -> dict[str, Any]:
    """What the page needs."""
    row = tariffs().catalogue.by_id.get(form.tarif.data or "")
    return {"form": form, "done": done, "about": presenting.view(row) if row else None}
