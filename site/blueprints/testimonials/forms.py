"""A testimonial as its author types it; what the team decides."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    Form,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, ValidationError

from communaute.domain.testimonials.words import CHANNELS, CONSENT, NAMINGS, QUESTIONS, REFUSALS
from communaute.editorial.pages import PUBLICS
from communaute.french.typography import typeset
from communaute.wiring import current


def question(name: str) -> TextAreaField:
    """A question of the testimonial."""
    return TextAreaField(QUESTIONS[name][0])


class WordsForm(Form):
    """The answers, and how their author is named. What is required is checked by the verb."""

    debut = question("debut")
    aide = question("aide")
    gain = question("gain")
    conseil = question("conseil")
    metier = StringField("Votre métier ou votre fonction", [InputRequired()])
    public = SelectField(
        "Vous êtes", choices=[("", "Je ne le dis pas"), *PUBLICS.items()], validate_choice=False
    )
    voie = SelectField(
        "Comment déposez-vous ou recevez-vous vos factures ?",
        choices=[
            ("", "Je ne le dis pas"),
            *((key, typeset(label)) for key, label in CHANNELS.items()),
        ],
        validate_choice=False,
    )
    depuis = StringField("Depuis quelle année utilisez-vous Chorus Pro ?")
    signature = RadioField(
        "Comment voulez-vous être nommé ?", choices=list(NAMINGS.items()), validate_choice=False
    )
    nom = StringField("Prénom et nom")

    @property
    def said(self) -> dict[str, str]:
        """What was typed, by field."""
        names = (*QUESTIONS, "metier", "public", "voie", "depuis", "signature", "nom")
        typed = {name: str(self[name].data or "") for name in names}
        return typed | {"public": typed["public"] if typed["public"] in PUBLICS else ""}


class SendForm(WordsForm):
    """A testimonial to send."""

    courriel = EmailField("Votre adresse électronique", [InputRequired()])
    accord = BooleanField(CONSENT, [InputRequired()])


class ApproveForm(FlaskForm):
    """The team's answer, and guides to read after it."""

    reponse = TextAreaField("Réponse de l'équipe, publiée sous le témoignage")
    guides = StringField("Adresses de guides, séparées par des espaces")

    def validate_guides(self, field: Field) -> None:
        """Refuse an address that no page has."""
        unknown = [url for url in (field.data or "").split() if current.content().page(url) is None]
        if unknown:
            raise ValidationError(f"Aucune page n'a l'adresse « {unknown[0]} ».")


class RefuseForm(FlaskForm):
    """Why it is not published."""

    motif = RadioField(
        "Motif envoyé à l'auteur", choices=list(REFUSALS.items()), validate_choice=False
    )


class ProposeForm(FlaskForm):
    """Other words, and why: their author accepts them or not."""

    debut = question("debut")
    aide = question("aide")
    gain = question("gain")
    conseil = question("conseil")
    pourquoi = StringField(
        "Pourquoi ce changement, en une phrase à l'auteur",
        [InputRequired("Dites à l'auteur pourquoi.")],
    )
