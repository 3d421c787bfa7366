"""The five steps, one page each, then the page that is checked before anything is done, and the act.

Back and forward without loss; what was typed is kept between visits.
"""

from http import HTTPStatus

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.acting import blame
from communaute.blueprints.siret import bp
from communaute.blueprints.siret.forms import ChoiceForm, ConfirmForm, NewSiretForm, NextForm
from communaute.blueprints.siret.showing import LAST, address_of, shown, steps, stopped
from communaute.blueprints.siret.views import ADDRESS
from communaute.blueprints.structures import adding
from communaute.blueprints.structures.access import acting, guest_only, person_only, undo_all
from communaute.domain import audit, clock
from communaute.domain.errors import DomainError
from communaute.domain.siret import changing, drafts, errors, rules
from communaute.domain.structures import sirene
from communaute.domain.structures.numbers import InvalidSiret, read_siret
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.models.structures import Structure


# A training room is one network address.
LIMIT = "300 per minute; 3000 per hour"
SIRET, DAY = "siret", "date_effet"
SIRET_STEP = 4
# Refusals about the structure or the person; the others are about what was typed.
ABOUT_STRUCTURE = (
    errors.AlreadyReplaced,
    errors.NotManager,
    errors.LocalAuthority,
    errors.Inactive,
)


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
    except errors.ChangeRefused as refused:
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
    except errors.ChangeRefused as refused:
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
    except errors.ChangeRefused as refused:
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
    except errors.NotManager:
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


def reached(user: User, number: int) -> int:
    """The furthest step reached: 1 to 5, then 6 for the page that is checked."""
    found = drafts.load(db.session(), user, number)
    return found.step if found else 1


def kept(user: User, number: int) -> dict[str, str]:
    """What was typed."""
    found = drafts.load(db.session(), user, number)
    return dict(found.answers) if found else {}


def forward(user: User, number: int, at: int) -> ResponseReturnValue:
    """To a step of a structure, or to the page that is checked."""
    return redirect(address_of(user, number, at), HTTPStatus.SEE_OTHER)


@bp.get(f"{ADDRESS}/<int:number>/relecture")
@acting
def review(user: User, number: int) -> ResponseReturnValue:
    """Before and after, side by side; what follows, what is to be redone, what stays.

    Back to the step that is wrong when what was typed no longer holds.
    """
    at = reached(user, number)
    if at <= LAST:
        return forward(user, number, at)
    typed = kept(user, number)
    siret, day = typed.get(SIRET, ""), typed.get(DAY, "")
    try:
        found = changing.preview(db.session(), user, number, siret, day, today=clock.today())
    except (InvalidSiret, errors.ChangeRefused) as refused:
        return refused_page(user, number, refused)
    form = ConfirmForm(siret=found.new_siret.digits, date_effet=found.effective_on.isoformat())
    return shown("review", user, number, preview=found, form=form)


@bp.post(f"{ADDRESS}/<int:number>/relecture")
@limiter.limit(LIMIT)
@acting
def confirm(user: User, number: int) -> ResponseReturnValue:
    """Do what the page showed, once; lead to the receipt."""
    form = ConfirmForm()
    siret, day = form.siret.data or "", form.date_effet.data or ""
    register = ask_register(user, siret)
    today, now = clock.today(), clock.now()
    try:
        done = changing.change(
            db.session(), user, number, siret, day, register, today=today, now=now
        )
    except (InvalidSiret, errors.ChangeRefused) as refused:
        undo_all()
        return refused_page(user, number, refused)
    db.session.commit()
    return redirect(url_for("siret.receipt", code=done.code, fait=1), HTTPStatus.SEE_OTHER)


def ask_register(user: User, typed: str) -> sirene.Answer:
    """What the public register says of a real SIRET."""
    if user.is_guest:
        return sirene.NOT_ASKED
    try:
        siret = read_siret(typed)
    except InvalidSiret:
        return sirene.NOT_ASKED
    return adding.ask_register(siret)


def refused_page(
    user: User, number: int, refused: InvalidSiret | errors.ChangeRefused
) -> Response | ResponseReturnValue:
    """Beside the field when it is about what was typed; a page of its own otherwise."""
    if isinstance(refused, ABOUT_STRUCTURE):
        return stopped(user, number, refused)
    address = address_of(user, number, SIRET_STEP)
    return redirect(f"{address}?relire=1", HTTPStatus.SEE_OTHER)
