"""The organiser's forms: dates typed as one writes them, each refusal beside its field."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import TypeVar

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from communaute.blueprints.trainings import typed
from communaute.blueprints.trainings.typed import Unreadable
from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.domain.trainings import errors
from communaute.domain.trainings.values import PairPlan


T = TypeVar("T")
MOST_PLACES, MOST_PAIRS, MOST_WEEKS, LONGEST_MINUTES = 5_000, 52, 12, 480
LONGEST_REASON = 500
# The field that a refusal of the domain is about.
ABOUT: dict[type[DomainError], str] = {
    errors.InvalidCapacity: "places",
    errors.InvalidPlace: "classe",
    errors.InvalidDates: "premiere",
}


class OrganiserForm(FlaskForm):
    """Reads what was typed by functions that raise a sentence."""

    def read(self, field: Field, reader: Callable[[str], T], fallback: T) -> T:
        """The field's value; a refusal is put beside it, and the fallback is answered."""
        try:
            return reader(str(field.data or ""))
        except Unreadable as refused:
            field.errors = [str(refused)]
            return fallback

    def refuse(self, refused: DomainError) -> None:
        """Put the domain's refusal beside the field it is about, or above all."""
        name = ABOUT.get(type(refused), "")
        if name in self:
            self[name].errors = [str(refused)]
        else:
            self.form_errors = [str(refused)]


class DatesForm(OrganiserForm):
    """One pair's days, hours and place: what is created, and what is moved."""

    premiere = StringField("Jour de la première séance", [InputRequired()])
    heure = StringField("Heure de début", [InputRequired()])
    seconde = StringField("Jour de la seconde séance", [Optional()])
    seconde_heure = StringField("Heure de la seconde séance", [Optional()])
    duree = StringField("Durée d’une séance, en minutes", [InputRequired()], default="90")
    classe = StringField("Adresse de la classe virtuelle", [Optional()])
    lieu = StringField("Lieu, si ce n’est pas à distance", [Optional()])
    vu = HiddenField()

    def dates(self) -> tuple[date, time, date | None, time | None, int]:
        """The days and hours typed; what cannot be read is said beside its field."""
        first = self.read(self.premiere, typed.day, date.min)
        at = self.read(self.heure, typed.hour, time())
        second = self.read(self.seconde, typed.day, date.min) if self.seconde.data else None
        second_at = (
            self.read(self.seconde_heure, typed.hour, time()) if self.seconde_heure.data else None
        )
        minutes = self.read(self.duree, lambda text: typed.whole(text, 15, LONGEST_MINUTES), 90)
        return first, at, second, second_at, minutes


class PlanForm(DatesForm):
    """A series of pairs."""

    formation = SelectField("Formation", [InputRequired()], validate_choice=False)
    nombre = StringField("Combien de fois", [InputRequired()], default="1")
    semaines = StringField("Toutes les combien de semaines", [InputRequired()], default="1")
    places = StringField("Places par paire de séances", [InputRequired()], default="12")

    def numbers(self) -> tuple[int, int, int]:
        """How many pairs, every how many weeks, how many places each."""
        return (
            self.read(self.nombre, lambda text: typed.whole(text, 1, MOST_PAIRS), 1),
            self.read(self.semaines, lambda text: typed.whole(text, 1, MOST_WEEKS), 1),
            self.read(self.places, lambda text: typed.whole(text, 1, MOST_PLACES), 1),
        )


class CancelForm(OrganiserForm):
    """Why a pair is called off; the sentence goes into the mail."""

    motif = TextAreaField("Ce qui s’est passé, en une phrase", [Optional()])
    vu = HiddenField()

    def reason(self) -> str:
        """The sentence typed, on one line; too long, it is said beside the field."""
        said = self.read(self.motif, lambda text: typed.sentence(text, LONGEST_REASON), "")
        if not self.motif.errors:
            self.motif.data = said
        return said


class CapacityForm(OrganiserForm):
    """How many places."""

    places = StringField("Places", [InputRequired()])

    def capacity(self) -> int:
        """The number typed; what cannot be read is said beside the field."""
        return self.read(self.places, lambda text: typed.whole(text, 1, MOST_PLACES), 1)


def seen(plans: tuple[PairPlan, ...], *others: object) -> str:
    """What a preview showed, so that nothing else is carried out than what was read."""
    times = [f"{s.starts_at:%Y%m%d%H%M}-{s.ends_at:%H%M}" for plan in plans for s in plan.sessions]
    return "|".join([*times, *(str(each) for each in others)])


def local(moment: datetime) -> tuple[str, str]:
    """A moment as the fields of a browser take it: a day and an hour, in Paris."""
    shown = moment.astimezone(clock.PARIS)
    return shown.strftime("%Y-%m-%d"), shown.strftime("%H:%M")
