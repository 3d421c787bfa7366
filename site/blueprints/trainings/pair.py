"""One pair as its organiser sees it: seats, people, attendance, the log; and what they take away."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from communaute.blueprints.accounts.access import me
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.acting import attempt
from communaute.blueprints.trainings import bp, words
from communaute.blueprints.trainings.afterwards import as_pdf
from communaute.blueprints.trainings.overview import HERE, LIMIT, organiser
from communaute.blueprints.trainings.planning import MOST_PLACES
from communaute.domain import audit
from communaute.domain.errors import DomainError
from communaute.domain.trainings import attendance, changing, overview, registrants
from communaute.domain.trainings.attendance import AttestationData
from communaute.domain.trainings.errors import NoAttestation, PairUnknown
from communaute.domain.trainings.overview import PairDetails
from communaute.extensions import db, limiter
from communaute.models.accounts import Role
from communaute.models.trainings import IN_LIST, PLACED, SEATED
from communaute.web.fields import WholeNumberField
from communaute.web.rendering import attached
from communaute.web.spreadsheet import as_csv
from communaute.wiring import current


PAIR = f"{HERE}/<int:number>"
# A field of the attendance form: the people ticked for one session.
TICKED = "present-{}"


class CapacityForm(FlaskForm):
    """How many places."""

    FIELDS: ClassVar = {"capacity": "places"}
    places = WholeNumberField("Places", [InputRequired()], least=1, most=MOST_PLACES)


@bp.get(PAIR, endpoint="pair")
@organiser
def one_pair(number: int) -> ResponseReturnValue:
    """The pair."""
    found = details(number)
    return pair_page(found, CapacityForm(places=found.pair.capacity))


def details(number: int) -> PairDetails:
    """The pair of an address; 404 when there is none."""
    try:
        return overview.pair_details(current.training_context(), number)
    except PairUnknown:
        abort(HTTPStatus.NOT_FOUND)


def pair_page(found: PairDetails, form: CapacityForm) -> ResponseReturnValue:
    """Everything about a pair."""
    people, now = found.registrants, current.training_context().now
    return page(
        "trainings/pair.html",
        found=found,
        pair=found.pair,
        seated=[person for person in people if person.state in SEATED],
        gone=[each for each in people if each.state not in SEATED and each.state not in IN_LIST],
        begun={session.id for session in found.pair.sessions if session.starts_at <= now},
        undelivered=registrants.undeliverable(db.session(), pair_id=found.pair.id),
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
    asked = request.form.getlist("seance")
    ticked = {
        session.id: request.form.getlist(TICKED.format(session.id), type=int)
        for session in details(number).pair.sessions
        if str(session.id) in asked
    }
    if attempt(
        lambda: attendance.note_attendance(current.training_context(me().id), number, ticked)
    ):
        flash("Les présences sont enregistrées.", "success")
    return back_to(number)


@bp.post(f"{PAIR}/places")
@limiter.limit(LIMIT)
@organiser
def set_capacity(number: int) -> ResponseReturnValue:
    """Change how many places there are; the list is served at once."""
    found, form = details(number), CapacityForm()
    places = form.places.data or 0
    verb = changing.set_capacity
    if form.validate() and attempt(
        lambda: verb(current.training_context(me().id), number, places), form
    ):
        flash("Le nombre de places est changé. La liste d’attente a été servie.", "success")
        return back_to(number)
    return pair_page(found, form)


def back_to(number: int) -> ResponseReturnValue:
    """To the pair's page."""
    return redirect(url_for("trainings.pair", number=number), HTTPStatus.SEE_OTHER)


@bp.get(f"{PAIR}/inscrits.csv", endpoint="registrants")
@organiser
def registrants_csv(number: int) -> ResponseReturnValue:
    """The registrants, for a spreadsheet. Accessibility needs are not in it."""
    details(number)
    head, *rows = registrants.csv_rows(current.training_context(), number)
    write_down("training-registrants-exported", number)
    return attached(as_csv(head, rows), "text/csv", f"inscrits-{number}.csv")


@bp.get(f"{PAIR}/attestations.pdf")
@organiser
def attestations(number: int) -> ResponseReturnValue:
    """The attestations of all who came, or (`inscription`) of one."""
    found = details(number)
    try:
        people = attested(found, request.args.get("inscription", ""))
    except DomainError as refused:
        flash(str(refused), "info")
        return back_to(number)
    write_down("training-attestations-made", number)
    return attached(as_pdf(people), "application/pdf", f"attestations-{number}.pdf")


def attested(found: PairDetails, registration: str) -> Sequence[AttestationData]:
    """One person's, or everybody's. Raises AlreadyCancelled, NoAttestation."""
    people = attendance.attestations(db.session(), found.pair.id)
    if registration:
        if registration not in {str(person.id) for person in found.registrants}:
            abort(HTTPStatus.NOT_FOUND)
        return (attendance.attestation_of(db.session(), int(registration)),)
    if not people:
        raise NoAttestation(
            "Aucune attestation : personne n’a encore été noté présent à une séance."
        )
    return people


def write_down(act: str, number: int) -> None:
    """Who took what away."""
    here = current.training_context(me().id)
    audit.record(here.session, act, now=here.now, actor=here.actor, target=f"pair {number}")
    here.session.commit()
