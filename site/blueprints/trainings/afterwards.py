"""After a training: three questions, and the attestation."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import ClassVar

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form, RadioField, TextAreaField
from wtforms.validators import AnyOf, InputRequired

from communaute.blueprints.acting import blame
from communaute.blueprints.trainings import bp, own, words
from communaute.domain.errors import DomainError, OutOfReach
from communaute.domain.trainings import attendance
from communaute.domain.trainings.attendance import AttestationData
from communaute.domain.trainings.errors import InvalidAnswer, NoAttestation
from communaute.extensions import db, limiter
from communaute.web.pdf import render_pdf, style
from communaute.web.rendering import attached, private
from communaute.web.security import refuse_cross_site
from communaute.wiring import current


RATING = [("4", "Oui, tout à fait"), ("3", "Plutôt oui"), ("2", "Plutôt non"), ("1", "Non")]
UNANSWERED = "Choisissez une réponse."
ONE_OF_THEM = [InputRequired(UNANSWERED), AnyOf(list(dict(RATING)), UNANSWERED)]


class SatisfactionForm(Form):
    """Three questions after a training."""

    FIELDS: ClassVar = {"comment": "remarque"}
    attentes = RadioField(
        "La formation a-t-elle répondu à vos attentes ?",
        ONE_OF_THEM,
        choices=RATING,
        validate_choice=False,
    )
    autonomie = RadioField(
        "Sauriez-vous maintenant faire seul ce qui était au programme ?",
        ONE_OF_THEM,
        choices=RATING,
        validate_choice=False,
    )
    remarque = TextAreaField("Ce qu’il faudrait changer, ou garder")


@bp.get(f"{own.HERE}/avis")
def satisfaction(token: str) -> ResponseReturnValue:
    """Three questions; when they are answered, or it is too early, where one stands."""
    found = own.mine(token)
    if not found.can_answer_satisfaction:
        return own.where_one_stands(found)
    return own.shown("satisfaction", mine=found, form=SatisfactionForm())


@bp.post(f"{own.HERE}/avis")
@limiter.limit(own.LIMIT)
def give_satisfaction(token: str) -> ResponseReturnValue:
    """Keep the answers; 422 with what is missing beside its question."""
    refuse_cross_site()
    form = SatisfactionForm(request.form)
    refused = keep(token, form) if form.validate() else None
    if form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return own.shown("satisfaction", status, mine=own.mine(token), form=form)
    if refused is not None:
        return own.where_one_stands(own.mine(token), refused=refused)
    return redirect(url_for("trainings.own", token=token, fait="avis"), HTTPStatus.SEE_OTHER)


def keep(token: str, form: SatisfactionForm) -> DomainError | None:
    """Call the verb and commit; a refusal is put in the form, or answered when it is not about it."""
    try:
        attendance.give_satisfaction(
            current.training_context(),
            token,
            expectations=int(form.attentes.data),
            autonomy=int(form.autonomie.data),
            comment=form.remarque.data or "",
        )
    except OutOfReach:
        raise
    except InvalidAnswer as refused:
        blame(form, refused)
    except DomainError as refused:
        return refused
    else:
        db.session.commit()
    return None


@bp.get(f"{own.HERE}/attestation.pdf")
@limiter.limit("20 per minute")
def attestation(token: str) -> ResponseReturnValue:
    """The attestation, as a tagged PDF; when there is nothing to attest, why."""
    try:
        found = attendance.attestation(current.training_context(reads=True), token)
    except NoAttestation as refused:
        return own.where_one_stands(own.mine(token), refused=refused)
    # Its name says nothing of the person.
    return private(attached(as_pdf([found]), "application/pdf", "attestation-formation.pdf"))


def as_pdf(people: Sequence[AttestationData]) -> bytes:
    """Attestations as PDF: tagged, one a page, fetching nothing."""
    html = render_template(
        "trainings/attestation.html",
        people=people,
        site=current.settings(),
        words=words,
        hours=hours,
    )
    return render_pdf(html, style("attestation.css"))


def hours(minutes: int) -> str:
    """`3 h`, `1 h 30`, `45 min`: how long was followed."""
    whole, rest = divmod(minutes, 60)
    if not whole:
        return f"{rest} min"
    return f"{whole} h {rest:02}" if rest else f"{whole} h"
