"""The organiser's desk: a calendar and a table with seats at a glance, waiting lists, lost mails."""

from http import HTTPStatus

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import role_required
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.trainings import bp, catalogue, words
from communaute.blueprints.trainings.month import Month
from communaute.domain import clock
from communaute.domain.paging import page_among
from communaute.domain.trainings import overview, registrants
from communaute.domain.trainings.overview import Chosen
from communaute.extensions import db
from communaute.french.dates import in_paris
from communaute.models.accounts import Role
from communaute.web.addresses import asked_page
from communaute.wiring import current


HERE = "/gestion/formations"
organiser = role_required(Role.ORGANISER, Role.ADMINISTRATOR)
PER_PAGE = 50
LIMIT = "60 per minute; 600 per hour"


@bp.get(HERE, endpoint="overview")
@organiser
def desk() -> ResponseReturnValue:
    """What is coming, or past; a month of it as a calendar: the next that has something."""
    month = asked_month() or abort(HTTPStatus.NOT_FOUND)
    asked = catalogue.training(request.args.get("formation", ""))
    training, past = asked.slug if asked else "", request.args.get("passees") == "oui"
    chosen = Chosen(month.key if request.args.get("mois") else "", past=past, training=training)
    number, pages = page_among(
        asked_page(), overview.count(current.training_context(), chosen), PER_PAGE
    )
    # A pair that began the month before may have its second session in this one.
    two_months = Chosen(month.before.key, months=2)
    table, around = overview.table_and_month(
        current.training_context(), chosen, two_months, page=number, per_page=PER_PAGE
    )
    return page(
        "trainings/desk.html",
        month=month,
        weeks=month.weeks(around),
        table=table,
        training=training,
        past=past,
        number=number,
        pages=pages,
        address=lambda to: url_for("trainings.overview", **{**request.args, "page": to}),
        catalogue=catalogue,
        words=words,
        undelivered=registrants.unreached(db.session()),
    )


def asked_month() -> Month | None:
    """The month that the address names; the next that has a session when it names none."""
    if key := request.args.get("mois", ""):
        return Month.of(key, clock.today())
    start = overview.next_start(current.training_context())
    return Month(in_paris(start).date() if start else clock.today())


@bp.get(f"{HERE}/non-remis")
@organiser
def undelivered() -> ResponseReturnValue:
    """The people whom mails do not reach: to be reached otherwise."""
    people = registrants.undeliverable(db.session())
    count = registrants.unreached(db.session())
    return page("trainings/undelivered.html", people=people, count=count, words=words)


@bp.get(f"{HERE}/attente/<slug>")
@organiser
def queue(slug: str) -> ResponseReturnValue:
    """A training's waiting list in order, and why each place went where it went."""
    found = catalogue.training(slug) or abort(HTTPStatus.NOT_FOUND)
    total = registrants.line_length(db.session(), slug)
    number, pages = page_among(asked_page(), total, PER_PAGE)
    return page(
        "trainings/queue.html",
        title=found.title,
        people=registrants.in_line(
            db.session(), slug, limit=PER_PAGE, offset=(number - 1) * PER_PAGE
        ),
        total=total,
        number=number,
        pages=pages,
        address=lambda to: url_for("trainings.queue", slug=slug, page=to),
        log=overview.training_log(db.session(), slug),
        words=words,
    )
