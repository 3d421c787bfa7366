"""After a training: three questions, and the attestation."""

from http import HTTPStatus

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from communaute.blueprints.trainings import bp
from communaute.blueprints.trainings.attestations import as_pdf
from communaute.blueprints.trainings.desk import desk, private
from communaute.blueprints.trainings.forms import RATING, SatisfactionForm
from communaute.blueprints.trainings.own import HERE, LIMIT, mine, own_page, page_of, shown
from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.domain.trainings import attendance
from communaute.domain.trainings.errors import InvalidAnswer, NoAttestation
from communaute.extensions import db, limiter, reading
from communaute.web.security import refuse_cross_site


UNANSWERED = "Choisissez une réponse."


@bp.get(f"{HERE}/avis")
def satisfaction(token: str) -> ResponseReturnValue:
    """Three questions; when they are answered, or it is too early, where one stands."""
    found = mine(token)
    if not found.can_answer_satisfaction:
        return own_page(found)
    return shown("satisfaction", mine=found, form=SatisfactionForm())


@bp.post(f"{HERE}/avis")
@limiter.limit(LIMIT)
def give_satisfaction(token: str) -> ResponseReturnValue:
    """Keep the answers; 422 with what is missing beside its question."""
    refuse_cross_site()
    form = SatisfactionForm(request.form)
    if not answered(form):
        return refused_form(token, form)
    try:
        keep(token, form)
    except InvalidAnswer as refused:
        form.remarque.errors = [str(refused)]
        return refused_form(token, form)
    except DomainError as refused:
        db.session.rollback()
        return own_page(mine(token), refused=refused)
    db.session.commit()
    return redirect(page_of(token, "avis"), HTTPStatus.SEE_OTHER)


def answered(form: SatisfactionForm) -> bool:
    """Whether both questions have one of their answers; a sentence beside each that has not."""
    for field in (form.attentes, form.autonomie):
        if field.data not in dict(RATING):
            field.errors = [UNANSWERED]
    return not (form.attentes.errors or form.autonomie.errors)


def keep(token: str, form: SatisfactionForm) -> None:
    """Call the verb. Raises what it raises."""
    attendance.give_satisfaction(
        db.session(),
        token,
        expectations=int(form.attentes.data),
        autonomy=int(form.autonomie.data),
        comment=form.remarque.data or "",
        desk=desk(),
        now=clock.now(),
    )


def refused_form(token: str, form: SatisfactionForm) -> Response:
    """The questions again, with what was answered."""
    db.session.rollback()
    return shown("satisfaction", HTTPStatus.UNPROCESSABLE_ENTITY, mine=mine(token), form=form)


@bp.get(f"{HERE}/attestation.pdf")
@limiter.limit("20 per minute")
def attestation(token: str) -> ResponseReturnValue:
    """The attestation, as a tagged PDF; when there is nothing to attest, why."""
    try:
        found = attendance.attestation(reading(db.session()), token, desk=desk(), now=clock.now())
    except NoAttestation as refused:
        return own_page(mine(token), refused=refused)
    return private(attached(as_pdf([found])))


def attached(content: bytes) -> Response:
    """A PDF to download, under a name that says nothing of the person."""
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = "attachment; filename=attestation-formation.pdf"
    return response
