"""Create a series of pairs: the dates are read before they are created."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import me
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.trainings import bp, catalogue, words
from communaute.blueprints.trainings.desk import desk
from communaute.blueprints.trainings.organiser_forms import PlanForm, seen
from communaute.blueprints.trainings.overview import HERE, LIMIT, organiser
from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.domain.tariffs.holidays import holiday_name
from communaute.domain.trainings import organising
from communaute.domain.trainings.errors import InvalidDates
from communaute.domain.trainings.values import PairPlan, SessionTimes
from communaute.editorial.pages import Training
from communaute.extensions import db, limiter


NEEDS_SECOND = "Cette formation a deux séances\u202f: donnez le jour de la seconde."
NO_SECOND = "Ce webinaire a une seule séance\u202f: laissez ce champ vide."
SATURDAY = 5


@dataclass(frozen=True)
class Preview:
    """One pair as it would be, with what deserves a second look."""

    plan: PairPlan
    remarks: tuple[str, ...]


@bp.get(f"{HERE}/programmer")
@organiser
def plan() -> ResponseReturnValue:
    """The form."""
    form = PlanForm(formation=request.args.get("formation", ""))
    return planning_page(form)


@bp.post(f"{HERE}/programmer")
@limiter.limit(LIMIT)
@organiser
def planned() -> ResponseReturnValue:
    """The dates to read; once read, create them."""
    form = PlanForm()
    training = catalogue.training(form.formation.data or "")
    plans = plans_of(form, training)
    if not plans or training is None or form.errors:
        return planning_page(form)
    shown = seen(plans, training.slug, form.places.data, form.classe.data, form.lieu.data)
    if (
        request.form.get("etape") == "creer"
        and form.vu.data == shown
        and create(form, training, plans)
    ):
        return redirect(url_for("trainings.overview", formation=training.slug), 303)
    form.vu.data = shown
    return planning_page(form, () if form.errors else plans)


def planning_page(form: PlanForm, plans: Sequence[PairPlan] = ()) -> ResponseReturnValue:
    """The form, and the dates as they would be."""
    choices = [(each.slug, each.title) for each in catalogue.trainings()]
    form.formation.choices = [("", "Choisissez"), *choices]
    return page(
        "trainings/plan.html",
        form=form,
        preview=[Preview(one, remarks(plans, number)) for number, one in enumerate(plans)],
        words=words,
        webinars=[each.title for each in catalogue.trainings() if each.is_webinar],
    )


def plans_of(form: PlanForm, training: Training | None) -> tuple[PairPlan, ...]:
    """The pairs that the form describes; each refusal beside its field."""
    first, at, second, second_at, minutes = form.dates()
    count, weeks, _ = form.numbers()
    check_sessions(form, training, second)
    if form.errors:
        return ()
    try:
        return organising.plan_series(
            first,
            at,
            second_day=second,
            second_at=second_at,
            minutes=minutes,
            count=count,
            every_weeks=weeks,
        )
    except InvalidDates as refused:
        form.refuse(refused)
        return ()


def check_sessions(form: PlanForm, training: Training | None, second: date | None) -> None:
    """Refuse a series of no training, or of as many sessions as its training has not."""
    if training is None:
        form.formation.errors = ["Choisissez une formation."]
    elif training.is_webinar and second is not None:
        form.seconde.errors = [NO_SECOND]
    elif not training.is_webinar and second is None:
        form.seconde.errors = [NEEDS_SECOND]


def create(form: PlanForm, training: Training, plans: Sequence[PairPlan]) -> bool:
    """Call the verb; False when it refuses, its sentence in the form."""
    try:
        made = organising.create_pairs(
            db.session(),
            catalogue.as_value(training),
            plans,
            capacity=form.numbers()[2],
            class_url=form.classe.data or "",
            place=form.lieu.data or "",
            desk=desk(),
            now=clock.now(),
            actor=me().id,
        )
    except DomainError as refused:
        db.session.rollback()
        form.refuse(refused)
        return False
    db.session.commit()
    flash(
        f"{words.counted(len(made), 'date créée', 'dates créées')}\u202f: ouvertes à l’inscription.",
        "success",
    )
    return True


def remarks(plans: Sequence[PairPlan], number: int) -> tuple[str, ...]:
    """What deserves a second look: week-ends, holidays, a clock change since the pair before."""
    sessions = plans[number].sessions
    found = [remark for session in sessions if (remark := day_remark(local_day(session)))]
    before = plans[number - 1].sessions[-1] if number else sessions[0]
    for session in sessions:
        if offset(session) != offset(before):
            season = "d’hiver" if offset(session) < offset(before) else "d’été"
            found.append(f"on sera passé à l’heure {season}\u202f: l’heure affichée ne change pas")
        before = session
    return tuple(dict.fromkeys(found))


def day_remark(day: date) -> str:
    """« samedi », « jour férié (Noël) », or nothing."""
    name = holiday_name(day)
    if name:
        return f"jour férié ({name})"
    return ("samedi", "dimanche")[day.weekday() - SATURDAY] if day.weekday() >= SATURDAY else ""


def local_day(session: SessionTimes) -> date:
    """The day in Paris."""
    return session.starts_at.astimezone(clock.PARIS).date()


def offset(session: SessionTimes) -> float:
    """How far Paris's clocks are from UTC, in seconds."""
    found = session.starts_at.astimezone(clock.PARIS).utcoffset()
    return found.total_seconds() if found else 0.0
