"""The five steps, one page each: back and forward without loss, kept between visits."""

from http import HTTPStatus

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from communaute.blueprints.acting import blame
from communaute.blueprints.siret import bp
from communaute.blueprints.siret.change import ADDRESS
from communaute.blueprints.siret.forms import ChoiceForm, NewSiretForm, NextForm
from communaute.blueprints.siret.showing import LAST, address_of, shown, steps, stopped
from communaute.blueprints.structures.access import acting, guest_only, person_only
from communaute.domain import audit, clock
from communaute.domain.errors import DomainError
from communaute.domain.siret import changing, drafts, rules
from communaute.domain.siret.errors import ChangeRefused, NotManager
from communaute.domain.siret.values import Draft
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.models.structures import Structure


# A training room is one network address.
LIMIT = "300 per minute; 3000 per hour"
SIRET, DAY = "siret", "date_effet"
SIRET_STEP = 4


@bp.get(f"{ADDRESS}/entrainement")
@guest_only
def exercise(user: User) -> ResponseReturnValue:
    """Step 1 in the invented company."""
    return first_page(user)


@bp.get(f"{ADDRESS}/structures")
@person_only
def mine(user: User) -> ResponseReturnValue:
    """Step 1 among one's own structures."""
    return first_page(user)


@bp.post(f"{ADDRESS}/entrainement")
@limiter.limit(LIMIT)
@guest_only
def choose_invented(user: User) -> ResponseReturnValue:
    """The pencil, in the invented company."""
    return choose(user)


@bp.post(f"{ADDRESS}/structures")
@limiter.limit(LIMIT)
@person_only
def choose_mine(user: User) -> ResponseReturnValue:
    """The pencil, on one of one's own structures."""
    return choose(user)


def choose(user: User) -> ResponseReturnValue:
    """Open the sheet of a structure; a refusal stands beside its line."""
    number = ChoiceForm().structure.data or 0
    try:
        permitted(user, number)
    except ChangeRefused as refused:
        return first_page(user, refused, number)
    drafts.save(db.session(), user, number, step=2, answers={}, now=clock.now())
    db.session.commit()
    return forward(user, number, 2)


def first_page(user: User, refused: DomainError | None = None, number: int = 0) -> Response:
    """Step 1: the structures, each with its pencil or why it has none."""
    return shown(
        "first",
        user,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        step=steps()[0],
        choices=changing.choices(db.session(), user),
        refused={number: str(refused)} if refused else {},
        form=ChoiceForm(),
    )


@bp.get(f"{ADDRESS}/<int:number>")
@acting
def resume(user: User, number: int) -> ResponseReturnValue:
    """Where this person stopped."""
    return forward(user, number, reached(user, number))


@bp.get(f"{ADDRESS}/<int:number>/etape-<int:at>")
@acting
def one_step(user: User, number: int, at: int) -> ResponseReturnValue:
    """One of the steps reached so far."""
    try:
        structure = rules.eligible(db.session(), user, number)
    except ChangeRefused as refused:
        return stopped(user, number, refused)
    if at not in range(2, min(reached(user, number), LAST) + 1):
        return forward(user, number, reached(user, number) if at > 1 else 1)
    form = form_of(user, number, at)
    if at == SIRET_STEP and "relire" in request.args:
        check(structure, form)
    return step_page(user, number, at, form)


@bp.post(f"{ADDRESS}/<int:number>/etape-<int:at>")
@limiter.limit(LIMIT)
@acting
def next_step(user: User, number: int, at: int) -> ResponseReturnValue:
    """The button of a step. What was typed is kept, right or wrong."""
    try:
        structure = permitted(user, number)
    except ChangeRefused as refused:
        return stopped(user, number, refused)
    if at not in range(2, min(reached(user, number), LAST) + 1):
        return forward(user, number, reached(user, number))
    form = NewSiretForm() if at == SIRET_STEP else NextForm()
    done = at != SIRET_STEP or check(structure, form)
    drafts.save(db.session(), user, number, step=at + done, answers=answers(form), now=clock.now())
    db.session.commit()
    return forward(user, number, at + 1) if done else step_page(user, number, at, form)


def permitted(user: User, number: int) -> Structure:
    """The structure, if it may be changed by this person, who has sent a form about it.

    Raises as changing.eligible; anybody else is written to the audit log: no page of
    ours gives them that form.
    """
    try:
        return rules.eligible(db.session(), user, number)
    except NotManager:
        act, target = changing.REFUSED_ACT, f"structure {number}"
        audit.record_refusal(db.session(), act, now=clock.now(), actor=user.id, target=target)
        raise


def answers(form: NewSiretForm | NextForm) -> dict[str, str]:
    """What a step's form was filled with."""
    if not isinstance(form, NewSiretForm):
        return {}
    return {SIRET: form.siret.data or "", DAY: form.date_effet.data or ""}


def check(structure: Structure, form: NewSiretForm | NextForm) -> bool:
    """Ask the rules about both fields; what each refuses stands beside it."""
    if not isinstance(form, NewSiretForm):
        return True
    session, typed, today = db.session(), answers(form), clock.today()
    for ask in (
        lambda: rules.check_new_siret(session, structure, typed[SIRET]),
        lambda: rules.check_effective_on(session, structure, typed[DAY], today),
    ):
        try:
            ask()
        except DomainError as refused:
            blame(form, refused)
    return not form.errors


def form_of(user: User, number: int, at: int) -> NewSiretForm | NextForm:
    """The step's form, filled with what was typed before."""
    if at != SIRET_STEP:
        return NextForm()
    typed = kept(user, number)
    return NewSiretForm(siret=typed.get(SIRET, ""), date_effet=typed.get(DAY, ""))


def step_page(user: User, number: int, at: int, form: NewSiretForm | NextForm) -> Response:
    """A step's page; 422 when its form was refused."""
    return shown(
        "step",
        user,
        number,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
        step=steps()[at - 1],
        reached=reached(user, number),
        form=form,
        typed=kept(user, number),
    )


def draft(user: User, number: int) -> Draft | None:
    """What this person has done so far."""
    return drafts.load(db.session(), user, number)


def reached(user: User, number: int) -> int:
    """The furthest step reached: 1 to 5, then 6 for the page that is checked."""
    found = draft(user, number)
    return found.step if found else 1


def kept(user: User, number: int) -> dict[str, str]:
    """What was typed."""
    found = draft(user, number)
    return dict(found.answers) if found else {}


def forward(user: User, number: int, at: int) -> ResponseReturnValue:
    """To a step of a structure, or to the page that is checked."""
    return redirect(address_of(user, number, at), HTTPStatus.SEE_OTHER)
