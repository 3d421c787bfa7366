"""What the page asks for; the files themselves are read by uploads.py."""

from wtforms import FileField, Form, StringField
from wtforms.validators import InputRequired


class SignatureForm(Form):
    """A document, and its signature when that is a file apart."""

    document = FileField("Document signé", [InputRequired()])
    signature = FileField("Fichier de signature")


class CodeForm(Form):
    """The code printed on a report."""

    code = StringField("Code du rapport", [InputRequired()])
