"""An opinion on a page."""

from wtforms import Form, HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired


class OpinionForm(Form):
    """Yes or no, and a remark if one wishes."""

    page = HiddenField()
    utile = RadioField(
        "Cette page vous a-t-elle été utile\u202f?",
        [InputRequired("Choisissez «\u202fOui\u202f» ou «\u202fNon\u202f».")],
        choices=[("oui", "Oui"), ("non", "Non")],
    )
    remarque = TextAreaField("Ce qui lui manque")
