"""What an organiser takes away: registrants as a table, attestations as PDF. Each is written down."""

from http import HTTPStatus

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import me
from communaute.blueprints.trainings import bp
from communaute.blueprints.trainings.attestations import as_pdf
from communaute.blueprints.trainings.overview import organiser
from communaute.blueprints.trainings.pair import PAIR, details
from communaute.domain import audit, clock
from communaute.domain.errors import DomainError
from communaute.domain.trainings import attendance, reports
from communaute.domain.trainings.errors import NoAttestation, PairUnknown
from communaute.domain.trainings.values import AttestationData
from communaute.extensions import db
from communaute.web.spreadsheet import as_csv


NOBODY = "Aucune attestation\u202f: personne n’a encore été noté présent à une séance."


@bp.get(f"{PAIR}/inscrits.csv")
@organiser
def registrants(number: int) -> ResponseReturnValue:
    """The registrants, for a spreadsheet. Accessibility needs are not in it."""
    try:
        head, *rows = reports.csv_rows(db.session(), number, clock.now())
    except PairUnknown:
        abort(HTTPStatus.NOT_FOUND)
    write_down("training-registrants-exported", number)
    return attached(as_csv(head, rows), "text/csv", f"inscrits-{number}.csv")


@bp.get(f"{PAIR}/attestations.pdf")
@organiser
def attestations(number: int) -> ResponseReturnValue:
    """The attestations of all who came, or (`inscription`) of one."""
    try:
        people = chosen(number, request.args.get("inscription", ""))
    except PairUnknown:
        abort(HTTPStatus.NOT_FOUND)
    except DomainError as refused:
        flash(str(refused), "info")
        return redirect(url_for("trainings.pair", number=number), HTTPStatus.SEE_OTHER)
    write_down("training-attestations-made", number)
    return attached(as_pdf(people), "application/pdf", f"attestations-{number}.pdf")


def chosen(number: int, registration: str) -> tuple[AttestationData, ...]:
    """One person's, or everybody's. Raises PairUnknown, AlreadyCancelled, NoAttestation."""
    people = attendance.attestations(db.session(), number)
    if registration:
        if registration not in {str(person.id) for person in details(number).registrants}:
            abort(HTTPStatus.NOT_FOUND)
        people = (attendance.attestation_of(db.session(), int(registration)),)
    if not people:
        raise NoAttestation(NOBODY)
    return people


def write_down(act: str, number: int) -> None:
    """Who took what away."""
    audit.record(db.session(), act, now=clock.now(), actor=me().id, target=f"pair {number}")
    db.session.commit()


def attached(content: bytes, mimetype: str, name: str) -> Response:
    """A file to download."""
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
