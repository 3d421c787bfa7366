"""One pair as its organiser sees it: seats, people, attendance, the log in words."""

from http import HTTPStatus

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import me
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.trainings import bp, words
from communaute.blueprints.trainings.desk import desk
from communaute.blueprints.trainings.organiser_forms import CapacityForm
from communaute.blueprints.trainings.overview import HERE, LIMIT, organiser
from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.domain.trainings import attendance, organising, reports
from communaute.domain.trainings.errors import PairUnknown
from communaute.domain.trainings.training_log import pair_log
from communaute.domain.trainings.values import PairDetails
from communaute.extensions import db, limiter
from communaute.models.accounts import Role
from communaute.models.trainings import IN_LIST, PLACED, SEATED


PAIR = f"{HERE}/<int:number>"
# A field of the attendance form: the people ticked for one session.
TICKED = "present-{}"
CAPACITY_KEPT = "Le nombre de places est changé. La liste d’attente a été servie."


@bp.get(PAIR)
@organiser
def pair(number: int) -> ResponseReturnValue:
    """The pair."""
    return pair_page(details(number), CapacityForm())


def details(number: int) -> PairDetails:
    """The pair of an address; 404 when there is none."""
    try:
        return organising.pair_details(db.session(), number, clock.now())
    except PairUnknown:
        abort(HTTPStatus.NOT_FOUND)


def pair_page(found: PairDetails, form: CapacityForm) -> ResponseReturnValue:
    """Everything about a pair."""
    if not form.is_submitted():
        form.places.data = str(found.pair.capacity)
    now = clock.now()
    return page(
        "trainings/pair.html",
        found=found,
        pair=found.pair,
        seated=[person for person in found.registrants if person.state in SEATED],
        listed=[person for person in found.registrants if person.state in IN_LIST],
        gone=[p for p in found.registrants if p.state not in SEATED and p.state not in IN_LIST],
        begun={s.id for s in found.pair.sessions if s.starts_at <= now},
        undelivered=reports.undeliverable(db.session(), pair_id=found.pair.id),
        log=pair_log(db.session(), found.pair.id),
        now=now,
        form=form,
        words=words,
        placed=PLACED,
        reads_needs=me().has_role(Role.ORGANISER.value),
        ticked=TICKED,
    )


@bp.post(f"{PAIR}/presences")
@limiter.limit(LIMIT)
@organiser
def note_attendance(number: int) -> ResponseReturnValue:
    """Keep who was there; only sessions that the form showed are touched."""
    found, now = details(number), clock.now()
    asked = request.form.getlist("seance")
    ticked = {
        session.id: numbers(TICKED.format(session.id))
        for session in found.pair.sessions
        if str(session.id) in asked
    }
    try:
        attendance.note_attendance(db.session(), number, ticked, now=now, actor=me().id)
    except DomainError as refused:
        db.session.rollback()
        flash(str(refused), "error")
        return back_to(number)
    return kept(number, "Les présences sont enregistrées.")


@bp.post(f"{PAIR}/places")
@limiter.limit(LIMIT)
@organiser
def set_capacity(number: int) -> ResponseReturnValue:
    """Change how many places there are; the list is served at once."""
    form, now = CapacityForm(), clock.now()
    places = form.capacity()
    try:
        if not form.errors:
            organising.set_capacity(
                db.session(), number, places, desk=desk(), now=now, actor=me().id
            )
    except PairUnknown:
        abort(HTTPStatus.NOT_FOUND)
    except DomainError as refused:
        db.session.rollback()
        form.refuse(refused)
    return pair_page(details(number), form) if form.errors else kept(number, CAPACITY_KEPT)


def kept(number: int, said: str) -> ResponseReturnValue:
    """Commit, say it, and show the pair."""
    db.session.commit()
    flash(said, "success")
    return back_to(number)


def back_to(number: int) -> ResponseReturnValue:
    """To the pair's page."""
    return redirect(url_for("trainings.pair", number=number), HTTPStatus.SEE_OTHER)


def numbers(field: str) -> list[int]:
    """The numbers of a field that may be there many times."""
    typed = request.form.getlist(field)
    return [int(text) for text in typed if text.isascii() and text.isdigit() and len(text) < 10]
