"""What the page asks for; the files themselves are read by uploads.py."""

from wtforms import FileField, Form, MultipleFileField, StringField
from wtforms.validators import InputRequired


class SignatureForm(Form):
    """A document or several, and the signature of one when that is a file apart."""

    document = MultipleFileField("Document signé", [InputRequired()])
    signature = FileField("Fichier de signature")


class CodeForm(Form):
    """The code printed on a report."""

    code = StringField("Code du rapport", [InputRequired()])
