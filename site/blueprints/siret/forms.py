"""The SIRET checker's one field; what the walkthrough of a change asks for."""

from typing import ClassVar

from flask_wtf import FlaskForm
from wtforms import Form, HiddenField, IntegerField, StringField
from wtforms.validators import InputRequired

from communaute.web.addresses import row_number
from communaute.web.fields import SiretField


class SiretForm(Form):
    """A number to check; the rule itself is domain.siret's."""

    siret = SiretField("Numéro SIRET", [InputRequired()])


class ChoiceForm(FlaskForm):
    """The structure whose pencil was chosen."""

    structure = IntegerField(filters=[row_number])


class NextForm(FlaskForm):
    """A step that asks for nothing: its button."""


class NewSiretForm(FlaskForm):
    """Step 4. The rules are domain.siret's: they are asked when the form is sent."""

    FIELDS: ClassVar = {"effective_on": "date_effet"}

    siret = StringField("Identifiant", [InputRequired()])
    date_effet = StringField("Date d’effet")


class ConfirmForm(FlaskForm):
    """What the person saw on the page they confirm: that, and nothing else, is done."""

    siret = HiddenField()
    date_effet = HiddenField()
