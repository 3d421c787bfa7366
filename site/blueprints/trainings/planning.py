"""Create a series of pairs: the dates are read before they are created."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, ValidationError

from communaute.blueprints.accounts.access import me
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.acting import attempt
from communaute.blueprints.trainings import bp, catalogue, words
from communaute.blueprints.trainings.overview import HERE, LIMIT, organiser
from communaute.domain.trainings import planning
from communaute.domain.trainings.errors import InvalidDates
from communaute.domain.trainings.planning import PairPlan, SessionTimes
from communaute.editorial.pages import Training
from communaute.extensions import limiter
from communaute.french.dates import PARIS, WEEKDAYS
from communaute.french.holidays import holiday_name
from communaute.french.numbers import plural
from communaute.web.fields import DayField, HourField, WholeNumberField
from communaute.wiring import current


MOST_PLACES, MOST_WEEKS = 5_000, 12
SATURDAY = 5
DECEMBER, CHRISTMAS = 12, 25


class DatesForm(FlaskForm):
    """One pair's days, hours and place: what is created, and what is moved."""

    # The domain's word for each field.
    FIELDS: ClassVar = {
        "dates": "premiere",
        "second": "seconde",
        "class_url": "classe",
        "place": "lieu",
        "capacity": "places",
    }
    premiere = DayField("Jour de la première séance", [InputRequired()])
    heure = HourField("Heure de début", [InputRequired()])
    seconde = DayField("Jour de la seconde séance")
    seconde_heure = HourField("Heure de la seconde séance")
    duree = WholeNumberField(
        "Durée d’une séance, en minutes",
        [InputRequired()],
        least=planning.MINUTES[0],
        most=planning.MINUTES[-1],
        default=planning.SESSION_MINUTES,
    )
    classe = StringField("Adresse de la classe virtuelle")
    lieu = StringField("Lieu, si ce n’est pas à distance")
    vu = HiddenField()

    def series(self, *, count: int = 1, every_weeks: int = 1) -> tuple[PairPlan, ...]:
        """The pairs that the form describes, once it is valid. Raises InvalidDates."""
        first, at, minutes = self.premiere.data, self.heure.data, self.duree.data
        if first is None or at is None or minutes is None:
            raise InvalidDates("Donnez le jour, l’heure et la durée.")
        return planning.plan_series(
            first,
            at,
            second_day=self.seconde.data,
            second_at=self.seconde_heure.data,
            minutes=minutes,
            count=count,
            every_weeks=every_weeks,
        )


class PlanForm(DatesForm):
    """A series of pairs of one training."""

    formation = SelectField(
        "Formation", [InputRequired("Choisissez une formation.")], validate_choice=False
    )
    nombre = WholeNumberField(
        "Combien de fois", [InputRequired()], least=1, most=planning.COUNT[-1], default=1
    )
    semaines = WholeNumberField(
        "Toutes les combien de semaines", [InputRequired()], least=1, most=MOST_WEEKS, default=1
    )
    places = WholeNumberField(
        "Places par paire de séances", [InputRequired()], least=1, most=MOST_PLACES, default=12
    )

    # Dates of the preview that are not wanted after all.
    sans = SelectMultipleField(validate_choice=False)

    def __iter__(self) -> Iterator[Field]:
        """The fields in the order of the page, which faults are told in."""
        yield self.formation
        yield from (each for each in super().__iter__() if each is not self.formation)

    def training(self) -> Training | None:
        """The training chosen."""
        return catalogue.training(self.formation.data or "")

    def validate_formation(self, _field: Field) -> None:
        """Refuse a series of no training."""
        if self.training() is None:
            raise ValidationError("Choisissez une formation.")

    def validate_seconde(self, field: Field) -> None:
        """Refuse as many sessions as the training has not."""
        training = self.training()
        if training and training.is_webinar and field.data is not None:
            raise ValidationError("Ce webinaire a une seule séance : laissez ce champ vide.")
        if training and not training.is_webinar and field.data is None:
            raise ValidationError("Cette formation a deux séances : donnez le jour de la seconde.")

    def plans(self) -> tuple[PairPlan, ...]:
        """The pairs; none, with a sentence beside each field, when they cannot be."""
        if not self.validate():
            return ()
        count, weeks = self.nombre.data or 1, self.semaines.data or 1
        return attempt(lambda: self.series(count=count, every_weeks=weeks), self) or ()


@dataclass(frozen=True)
class Preview:
    """One pair as it would be, with what deserves a second look."""

    plan: PairPlan
    remarks: tuple[str, ...]

    @property
    def key(self) -> str:
        """What its box sends."""
        return key_of(self.plan)


@bp.get(f"{HERE}/programmer")
@organiser
def plan_page() -> ResponseReturnValue:
    """The form."""
    return form_page(PlanForm(formation=request.args.get("formation", "")))


@bp.post(f"{HERE}/programmer")
@limiter.limit(LIMIT)
@organiser
def plan() -> ResponseReturnValue:
    """The dates to read; once read, create them."""
    form = PlanForm()
    plans, training = form.plans(), form.training()
    if not plans or training is None:
        return form_page(form)
    read = seen(plans, training.slug, form.places.data, form.classe.data, form.lieu.data)
    asked = request.form.get("etape") == "creer" and form.vu.data == read
    kept = [one for one in plans if key_of(one) not in (form.sans.data or ())]
    if asked and not kept:
        form.form_errors = ["Toutes les dates sont écartées : gardez-en une au moins."]
    elif asked and (made := create(form, training, kept)):
        said = plural(len(made), "date créée", "dates créées")
        flash(f"{said} : ouvertes à l’inscription.", "success")
        return redirect(url_for("trainings.overview", formation=training.slug), 303)
    form.vu.data = read
    return form_page(form, () if form.errors and kept else plans)


def create(form: PlanForm, training: Training, plans: Sequence[PairPlan]) -> tuple[int, ...] | None:
    """Call the verb; None when it refuses, its sentence in the form."""
    return attempt(
        lambda: planning.create_pairs(
            current.training_context(me().id),
            catalogue.as_value(training),
            plans,
            capacity=form.places.data or 0,
            class_url=form.classe.data or "",
            place=form.lieu.data or "",
        ),
        form,
    )


def form_page(form: PlanForm, plans: Sequence[PairPlan] = ()) -> ResponseReturnValue:
    """The form, and the dates as they would be."""
    known = (
        planning.conflicts(current.training_context(me().id), form.formation.data, plans)
        if plans
        else ()
    )
    choices = [(each.slug, each.title) for each in catalogue.trainings()]
    form.formation.choices = [("", "Choisissez"), *choices]
    return page(
        "trainings/plan.html",
        form=form,
        preview=[
            Preview(one, (*known[number], *remarks(plans, number)))
            for number, one in enumerate(plans)
        ],
        words=words,
        webinars=[each.title for each in catalogue.trainings() if each.is_webinar],
    )


def key_of(plan: PairPlan) -> str:
    """What tells a pair of a series from the others: when it begins."""
    return f"{plan.sessions[0].starts_at:%Y%m%dT%H%M}"


def seen(plans: Sequence[PairPlan], *others: object) -> str:
    """What a preview showed, so that nothing else is carried out than what was read."""
    times = [f"{s.starts_at:%Y%m%d%H%M}-{s.ends_at:%H%M}" for plan in plans for s in plan.sessions]
    return "|".join([*times, *(str(each) for each in others)])


def remarks(plans: Sequence[PairPlan], number: int) -> tuple[str, ...]:
    """What deserves a second look: week-ends, holidays, a clock change since the pair before."""
    sessions = plans[number].sessions
    days = (session.starts_at.astimezone(PARIS).date() for session in sessions)
    found = [remark for day in days if (remark := day_remark(day))]
    before = plans[number - 1].sessions[-1] if number else sessions[0]
    for session in sessions:
        if offset(session) != offset(before):
            season = "d’hiver" if offset(session) < offset(before) else "d’été"
            found.append(f"on sera passé à l’heure {season} : l’heure affichée ne change pas")
        before = session
    return tuple(dict.fromkeys(found))


def day_remark(day: date) -> str:
    """« samedi », « jour férié (Noël) », « entre Noël et le jour de l’an », or nothing."""
    name = holiday_name(day)
    if name:
        return f"jour férié ({name})"
    if day.month == DECEMBER and day.day > CHRISTMAS:
        return "entre Noël et le jour de l’an"
    return WEEKDAYS[day.weekday()] if day.weekday() >= SATURDAY else ""


def offset(session: SessionTimes) -> float:
    """How far Paris's clocks are from UTC, in seconds."""
    found = session.starts_at.astimezone(PARIS).utcoffset()
    return found.total_seconds() if found else 0.0
