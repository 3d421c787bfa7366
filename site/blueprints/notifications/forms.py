"""The settings as a form: sent by GET when one tries it, by POST when it is one's own."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired

from communaute.domain.notifications.choices import DEFAULT_HOUR, HOURS, Choices
from communaute.domain.notifications.follows import Subject
from communaute.domain.notifications.topics import LABELS, Topic
from communaute.models.structures import Structure
from communaute.web.fields import AddressField


DAILY, WEEKLY = "jour", "semaine"
CODE_LENGTH = 8
OFFERED = [str(hour) for hour in HOURS]


def sentences(offered: Mapping[Subject, str]) -> list[tuple[str, str]]:
    """What may be followed as choices of a field, each beginning as a sentence does."""
    return [(str(one), f"{said[:1].upper()}{said[1:]}") for one, said in offered.items()]


class BoxForm(FlaskForm):
    """The one box."""

    recevoir = BooleanField("Recevoir les notifications périodiques d’activités")


class SettingsForm(FlaskForm):
    """The finer settings. A choice that is not offered is put aside: only a forger sends one."""

    FIELDS: ClassVar = {"hour": "heure"}

    rythme = SelectField(
        "Combien de fois",
        [InputRequired()],
        choices=[
            (DAILY, "Un courriel par jour, au plus"),
            (WEEKLY, "Un courriel par semaine, le lundi"),
        ],
        default=DAILY,
        validate_choice=False,
    )
    heure = SelectField(
        "À quelle heure",
        [InputRequired()],
        choices=[(hour, f"{hour} h") for hour in OFFERED],
        default=str(DEFAULT_HOUR),
        validate_choice=False,
    )
    ouvres = BooleanField("Seulement les jours ouvrés")
    nouvelles = SelectMultipleField(
        "Ce que vous voulez savoir",
        choices=[(topic.value, label) for topic, label in LABELS.items()],
        validate_choice=False,
    )
    structures = SelectMultipleField("Dans quelles structures", choices=[], validate_choice=False)
    prochaines = BooleanField("Et dans mes prochaines structures")
    suivis = SelectMultipleField(
        "Pages et formations que je suis", choices=[], validate_choice=False
    )

    def __init__(
        self,
        *arguments: Any,  # noqa: ANN401
        own: Collection[Structure] = (),
        offered: Mapping[Subject, str] | None = None,
        **named: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*arguments, **named)
        self.own = {one.id for one in own}
        self.structures.choices = [(str(one.id), one.name) for one in own]
        self.offered = list(offered or ())
        self.suivis.choices = sentences(offered or {})

    @property
    def followed(self) -> list[Subject]:
        """What the form says is followed, of what it offers."""
        return [one for one in self.offered if str(one) in (self.suivis.data or ())]

    def show(self, choices: Choices, follows: Collection[Subject] = ()) -> "SettingsForm":
        """Fill the form with what was chosen."""
        self.suivis.data = [str(one) for one in follows]
        self.rythme.data = WEEKLY if choices.weekly else DAILY
        self.heure.data = str(choices.hour)
        self.ouvres.data, self.prochaines.data = choices.working_days, choices.next_structures
        self.nouvelles.data = [topic.value for topic in Topic if topic not in choices.silenced]
        self.structures.data = [str(one) for one in self.own if choices.follows(one)]
        return self

    def chosen(self, receives: bool) -> Choices:
        """What the form says. An hour that is no number is none that is offered."""
        hour = self.heure.data or ""
        followed = {one for one in self.own if str(one) in (self.structures.data or ())}
        next_ones = bool(self.prochaines.data)
        return Choices(
            receives=receives,
            weekly=self.rythme.data == WEEKLY,
            hour=int(hour) if hour in OFFERED else 0,
            working_days=bool(self.ouvres.data),
            silenced=frozenset(t for t in Topic if t.value not in (self.nouvelles.data or ())),
            next_structures=next_ones,
            exceptions=frozenset(self.own - followed if next_ones else followed),
        )


class ButtonForm(FlaskForm):
    """A form with a button, and nothing to fill in."""


class CodeForm(Form):
    """The code at the foot of a mail; spaces, dashes and small letters are those of who types."""

    code = StringField("Code du courriel", [InputRequired("Tapez le code.")])

    def validate_code(self, field: StringField) -> None:
        """Eight letters and figures. Raises ValidationError."""
        typed = "".join(one for one in (field.data or "").upper() if one.isalnum())
        if not (typed.isascii() and len(typed) == CODE_LENGTH):
            raise ValidationError(
                "Le code a 8 lettres et chiffres : recopiez-le du pied du courriel."
            )
        field.data = f"{typed[:4]}-{typed[4:]}"


class FollowForm(FlaskForm):
    """What to follow, of what the page offers; and an address, for people who are not signed in."""

    FIELDS: ClassVar = {"subject": "quoi"}

    quoi = RadioField("Ce que vous voulez suivre", validate_choice=False)
    courriel = AddressField("Votre adresse électronique", [InputRequired()])

    def __init__(
        self,
        *arguments: Any,  # noqa: ANN401
        offered: Mapping[Subject, str],
        signed_in: bool,
        **named: Any,  # noqa: ANN401
    ) -> None:
        # Without an account, `refuse_cross_site` guards it, without a cookie.
        super().__init__(*arguments, meta={"csrf": signed_in}, **named)
        self.offered = list(offered)
        self.quoi.choices = sentences(offered)
        self.quoi.data = self.quoi.data or str(self.offered[0])
        if signed_in:
            del self.courriel

    def validate_quoi(self, field: RadioField) -> None:
        """One of what is offered. Raises ValidationError."""
        if field.data not in [str(one) for one in self.offered]:
            raise ValidationError("Choisissez ce que vous voulez suivre.")

    @property
    def subject(self) -> Subject:
        """What was chosen, once validated."""
        return Subject.read(self.quoi.data or "")


class FollowsForm(Form):
    """What a mail asks about, all ticked at first."""

    suivre = SelectMultipleField("Ce que vous voulez suivre", choices=[], validate_choice=False)

    def __init__(self, *arguments: Any, offered: Mapping[Subject, str], **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        self.suivre.choices = sentences(offered)
        self.suivre.data = [value for value, _ in self.suivre.choices]


class LeaveForm(FlaskForm):
    """What one leaves from a mail: everything, one kind of news, one structure."""

    class Meta:
        """Who opens the link is not signed in: `refuse_cross_site` guards it, without a cookie."""

        csrf = False

    quoi = RadioField("Que voulez-vous arrêter", default="tout", validate_choice=False)

    def __init__(
        self,
        *arguments: Any,  # noqa: ANN401
        own: Collection[Structure] = (),
        choices: Choices,
        **named: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*arguments, **named)
        topics = {topic.value: topic for topic in Topic if topic not in choices.silenced}
        structures = {f"structure-{one.id}": one for one in own if choices.follows(one.id)}
        self.quoi.choices = [
            ("tout", "Tous les récapitulatifs"),
            *((name, f"Seulement : {LABELS[topic].lower()}") for name, topic in topics.items()),
            *((name, f"Seulement : {one.name}") for name, one in structures.items()),
        ]

    @property
    def everything(self) -> bool:
        """Whether all is left; pressed twice, a smaller choice never becomes this one."""
        return bool(self.quoi.data == "tout")

    @property
    def topic(self) -> Topic | None:
        """The kind of news that is left."""
        return next((topic for topic in Topic if topic.value == self.quoi.data), None)

    @property
    def structure(self) -> int:
        """The structure that is left; 0 when none is."""
        number = (self.quoi.data or "").removeprefix("structure-")
        return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0
