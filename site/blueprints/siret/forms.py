"""The SIRET checker's one field."""

from wtforms import Form, StringField
from wtforms.validators import InputRequired


class SiretForm(Form):
    """A number to check; the rule itself is domain.siret's."""

    siret = StringField("Numéro SIRET", [InputRequired()])
