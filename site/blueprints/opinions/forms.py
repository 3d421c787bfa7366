"""An opinion on a page; what editors do with it."""

from flask_wtf import FlaskForm
from wtforms import Form, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from communaute.domain.opinions.giving import REASONS


class OpinionForm(Form):
    """Yes or no; for a « non », which of five reasons, and one line if one wishes."""

    page = HiddenField()
    utile = RadioField(
        "Cette page vous a-t-elle été utile ?",
        [InputRequired("Choisissez « Oui » ou « Non ».")],
        choices=[("oui", "Oui"), ("non", "Non")],
    )
    raison = RadioField(
        "Qu'est-ce qui n'a pas marché ?", choices=list(REASONS.items()), validate_choice=False
    )
    remarque = StringField("Ce que vous cherchiez, ou ce qu'il faut corriger")


class RepairForm(FlaskForm):
    """Something to mend on a page, and who does it."""

    page = HiddenField()
    avis = HiddenField()
    quoi = StringField("Ce qu'il faut corriger", [InputRequired("Dites ce qu'il faut corriger.")])
    responsable = SelectField("Qui s'en occupe", coerce=int, validate_choice=False)


class MendedForm(FlaskForm):
    """It is mended: what readers are told."""

    dit = StringField("Ce que les lecteurs liront, après « Corrigé le … grâce à vous : »")
