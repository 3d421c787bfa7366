"""The forms of subscribers. Anonymous: Sec-Fetch-Site and Origin guard them, no cookie."""

from datetime import datetime

from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    Form,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired

from communaute.domain import clock
from communaute.domain.newsletter.sending import EVERYBODY, MISSED, RECEIVED
from communaute.domain.newsletter.subscribers import RHYTHMS, THEMES
from communaute.domain.newsletter.subscribing import Request
from communaute.french.dates import PARIS
from communaute.models.newsletter import Rhythm
from communaute.web.fields import DayAndHourField, DayField, LongTextField


class SubscribeForm(Form):
    """A request for a subscription. `site_web` is the field that people do not see."""

    courriel = EmailField("Adresse électronique", [InputRequired()])
    themes = SelectMultipleField(
        "Ce qui vous intéresse", choices=list(THEMES.items()), validate_choice=False
    )
    rythme = RadioField(
        "À quel rythme",
        choices=[(rhythm.value, label) for rhythm, label in RHYTHMS.items()],
        default=Rhythm.MONTHLY.value,
        validate_choice=False,
    )
    page = HiddenField()
    site_web = StringField("Ne remplissez pas ce champ")

    def asked(self) -> Request:
        """What was typed, as the domain takes it."""
        return Request(
            address=self.courriel.data or "",
            themes=tuple(self.themes.data or ()),
            rhythm=self.rythme.data or Rhythm.MONTHLY,
            page=self.page.data or "",
            trap=self.site_web.data or "",
        )


class ChoicesForm(Form):
    """Themes, rhythm, and until when one is not written to."""

    themes = SelectMultipleField(
        "Ce qui vous intéresse", choices=list(THEMES.items()), validate_choice=False
    )
    rythme = RadioField(
        "À quel rythme",
        choices=[(rhythm.value, label) for rhythm, label in RHYTHMS.items()],
        validate_choice=False,
    )
    pause = DayField("Ne rien recevoir avant le")


class AddressForm(Form):
    """Another address."""

    courriel = EmailField("Nouvelle adresse électronique", [InputRequired()])


# The form that asks for a sending.


class SendForm(FlaskForm):
    """When it leaves, whom it is for, and what a correction corrects."""

    quand = RadioField(
        "Quand",
        choices=[("maintenant", "Maintenant"), ("heure", "À l’heure ci-dessous")],
        default="maintenant",
    )
    heure = DayAndHourField("Jour et heure du départ, à Paris")
    a_qui = RadioField(
        "À qui",
        choices=[
            (EVERYBODY, "Toute l’audience"),
            (RECEIVED, "Seulement à ceux qui ont reçu le précédent : une correction"),
            (MISSED, "Seulement à ceux qui ne l’ont pas reçu : la suite d’un envoi arrêté"),
        ],
        default=EVERYBODY,
    )
    correction = LongTextField("Ce qui est corrigé, en une ou deux phrases", most=500)

    def validate_heure(self, field: DayAndHourField) -> None:
        """An hour to come. Raises ValidationError."""
        if self.quand.data == "heure" and (field.data is None or self.moment <= clock.now()):
            raise ValidationError(
                "Donnez un jour et une heure à venir, par exemple 31/12/2026 10:00."
            )

    def validate_correction(self, field: LongTextField) -> None:
        """A correction says what it corrects. Raises ValidationError."""
        if self.a_qui.data == RECEIVED and not field.data:
            raise ValidationError(
                "Dites ce qui est corrigé : c’est la première phrase du courriel."
            )

    @property
    def moment(self) -> datetime:
        """When it leaves."""
        given = self.heure.data
        if self.quand.data != "heure" or given is None:
            return clock.now()
        return given.replace(tzinfo=PARIS)

    @property
    def to(self) -> str:
        """Whom it is for."""
        return str(self.a_qui.data or EVERYBODY)

    @property
    def note(self) -> str:
        """What is corrected; only a correction says it."""
        return (self.correction.data or "") if self.to == RECEIVED else ""
