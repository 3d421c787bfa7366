"""Testimonials for editors: read, approve, refuse with a reason, propose changes."""

from functools import partial

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from communaute.blueprints.accounts.access import me, role_required, with_token
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.acting import attempt
from communaute.blueprints.testimonials import bp
from communaute.blueprints.testimonials.forms import ApproveForm, ProposeForm, RefuseForm
from communaute.blueprints.testimonials.views import preview_of
from communaute.domain import audit, clock
from communaute.domain.paging import page_among
from communaute.domain.testimonials import team
from communaute.domain.testimonials.words import QUESTIONS, REFUSALS
from communaute.extensions import db, limiter
from communaute.models.accounts import Role
from communaute.models.testimonials import Testimonial, TestimonialState
from communaute.web.addresses import asked_page
from communaute.wiring import current


HERE = "/gestion/temoignages"
PER_PAGE = 50
editors = role_required(Role.ADMINISTRATOR, Role.EDITOR)
LIMIT = "60 per minute; 600 per hour"
STATES = {
    TestimonialState.WAITING: "À lire",
    TestimonialState.PROPOSED: "Changement proposé à l’auteur",
    TestimonialState.APPROVED: "Acceptés",
    TestimonialState.REFUSED: "Refusés",
    TestimonialState.DRAFT: "Pas encore confirmés",
    TestimonialState.WITHDRAWN: "Retirés",
}


@bp.get(HERE)
@editors
def overview() -> ResponseReturnValue:
    """Those in a state, the one that has waited most first."""
    session, asked = db.session(), request.args.get("etat", "")
    state = asked if asked in tuple(STATES) else TestimonialState.WAITING
    counts = team.counts(session)
    number, pages = page_among(asked_page(), counts.get(state, 0), PER_PAGE)
    return page(
        "testimonials/overview.html",
        found=team.of_state(session, state, limit=PER_PAGE, offset=(number - 1) * PER_PAGE),
        counts=counts,
        states=STATES,
        state=state,
        number=number,
        pages=pages,
        address=lambda other: url_for("testimonials.overview", etat=state, page=other),
    )


@bp.get(f"{HERE}/<int:number>")
@editors
def one(number: int) -> ResponseReturnValue:
    """One testimonial, and the three decisions."""
    return shown(found(number))


def found(number: int) -> Testimonial:
    """The testimonial; 404 when there is none, or nothing is left of it."""
    testimonial = db.session.get(Testimonial, number) or abort(404)
    if testimonial.state == TestimonialState.WITHDRAWN:
        abort(404)
    return testimonial


def shown(testimonial: Testimonial, **forms: FlaskForm) -> ResponseReturnValue:
    """One testimonial's page; a refused form in the place of its own."""
    published = testimonial.published or {"answer": "", "guides": []}
    blank = {
        "approve": ApproveForm(
            formdata=None, reponse=published["answer"], guides=" ".join(published["guides"])
        ),
        "refuse": RefuseForm(formdata=None),
        "propose": ProposeForm(formdata=None, data=testimonial.said),
    }
    return page(
        "testimonials/one.html",
        one=testimonial,
        preview=preview_of(testimonial.said),
        states=STATES,
        state=TestimonialState,
        questions=QUESTIONS,
        refusals=REFUSALS,
        dated=team.dated(testimonial),
        today=clock.today(),
        **blank | forms,
    )


@bp.post(f"{HERE}/<int:number>/accepter")
@limiter.limit(LIMIT)
@editors
@with_token
def approve(number: int) -> ResponseReturnValue:
    """Its words are published as they are."""
    testimonial, form = found(number), ApproveForm()
    answer, guides = form.reponse.data or "", (form.guides.data or "").split()
    verb = partial(team.approve, current.context(), testimonial, answer=answer, guides=guides)
    return decided(testimonial, "approve", form, verb)


@bp.post(f"{HERE}/<int:number>/refuser")
@limiter.limit(LIMIT)
@editors
@with_token
def refuse(number: int) -> ResponseReturnValue:
    """Not published, for a reason of the policy."""
    testimonial, form = found(number), RefuseForm()
    verb = partial(team.refuse, current.context(), testimonial, form.motif.data or "")
    return decided(testimonial, "refuse", form, verb)


@bp.post(f"{HERE}/<int:number>/proposer")
@limiter.limit(LIMIT)
@editors
@with_token
def propose(number: int) -> ResponseReturnValue:
    """Other words, for its author to accept."""
    testimonial, form = found(number), ProposeForm()
    said = {name: form[name].data or "" for name in QUESTIONS}
    verb = partial(team.propose, current.context(), testimonial, said, form.pourquoi.data or "")
    return decided(testimonial, "propose", form, verb)


def decided(
    testimonial: Testimonial, name: str, form: FlaskForm, verb: "partial[None]"
) -> Response | ResponseReturnValue:
    """Carry out a decision, noted in the log; its author is written to."""

    def noted() -> None:
        verb()
        target = f"testimonial {testimonial.id}"
        audit.record(
            db.session(), f"testimonial-{name}", now=clock.now(), actor=me().id, target=target
        )

    number = testimonial.id
    if not form.validate_on_submit() or attempt(noted, form) is None:
        return shown(found(number), **{name: form})
    flash("C’est fait : l’auteur en est informé par courriel.", "success")
    return redirect(url_for("testimonials.overview"))
