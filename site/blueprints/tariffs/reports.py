"""« Signaler une erreur »: an anonymous form; Sec-Fetch-Site and Origin guard it."""

from http import HTTPStatus
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from communaute.blueprints.tariffs import bp, presenting
from communaute.blueprints.tariffs.forms import ReportForm
from communaute.domain import clock
from communaute.domain.tariffs.errors import TariffError, UnknownName
from communaute.domain.tariffs.reports import WrongSource, report_tariff
from communaute.domain.tariffs.values import Row
from communaute.extensions import db, limiter
from communaute.tariff_data import tariffs
from communaute.web.rendering import render
from communaute.web.security import refuse_cross_site


TEMPLATE = "tariffs/report.html"


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
    done = keep(form)
    status = HTTPStatus.OK if done else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(TEMPLATE, "tool", status=status, **shown(form, done=done))


def keep(form: ReportForm) -> bool:
    """Call the verb; a refusal stands beside the field it is about."""
    try:
        report_tariff(
            db.session(),
            tariffs().catalogue,
            period=form.tarif.data or "",
            message=form.message.data or "",
            source=form.source.data or "",
            now=clock.now(),
        )
    except WrongSource as refused:
        form.source.errors = [str(refused)]
        return False
    except UnknownName:
        form.tarif.data = ""
        return keep(form)
    except TariffError as refused:
        form.message.errors = [str(refused)]
        return False
    db.session.commit()
    return True


def shown(form: ReportForm, *, done: bool) -> dict[str, Any]:
    """What the page needs."""
    row: Row | None = tariffs().catalogue.by_id.get(form.tarif.data or "")
    return {
        "form": form,
        "done": done,
        "about": presenting.view(row) if row else None,
    }
