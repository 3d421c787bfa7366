"""The organiser's desk: a calendar and a table with seats at a glance."""

from datetime import timedelta

from flask import abort, request
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import role_required
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.trainings import bp, catalogue, words
from communaute.blueprints.trainings.month import Month
from communaute.domain import clock
from communaute.domain.trainings import organising, reports
from communaute.domain.trainings.values import PairSummary
from communaute.extensions import db
from communaute.models.accounts import Role


HERE = "/gestion/formations"
organiser = role_required(Role.ORGANISER, Role.ADMINISTRATOR)
LIMIT = "60 per minute; 600 per hour"


@bp.get(HERE)
@organiser
def overview() -> ResponseReturnValue:
    """What is coming, or past; a month of it as a calendar."""
    month = Month.of(request.args.get("mois", ""), clock.today()) or abort(404)
    asked = catalogue.training(request.args.get("formation", ""))
    training, past = asked.slug if asked else "", request.args.get("passees") == "oui"
    table = rows(training=training, past=past, month=month.key if "mois" in request.args else "")
    return page(
        "trainings/desk.html",
        month=month,
        weeks=month.weeks(around(month)),
        table=table,
        training=training,
        past=past,
        catalogue=catalogue,
        words=words,
        undelivered=len(reports.undeliverable(db.session())),
    )


def rows(*, training: str, past: bool, month: str) -> tuple[PairSummary, ...]:
    """The table's rows."""
    return organising.summaries(
        db.session(), clock.now(), month=month, past=past, training=training
    )


def around(month: Month) -> list[PairSummary]:
    """The pairs that may have a session in the month: those that begin in it or just before."""
    before = Month(month.first - timedelta(days=1))
    return [
        row
        for key in (before.key, month.key)
        for row in organising.summaries(db.session(), clock.now(), month=key)
    ]


@bp.get(f"{HERE}/non-remis")
@organiser
def undelivered() -> ResponseReturnValue:
    """The people whom mails do not reach: to be reached otherwise."""
    return page(
        "trainings/undelivered.html", people=reports.undeliverable(db.session()), words=words
    )
