"""What structures ask for. The rules are domain.structures': here, only fields and their words.

Lengths and choices are the verbs' to refuse; FIELDS says which field of ours each of their names is.
"""

from typing import ClassVar

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, InputRequired

from communaute.domain.structures import values
from communaute.domain.structures.statuses import ROWS
from communaute.models.structures import MembershipRole, Nature
from communaute.web.addresses import row_number
from communaute.web.fields import DayField, SiretField


NATURE_WANTED = "Choisissez « Structure privée » ou « Structure publique »."


class ButtonForm(FlaskForm):
    """One button, with its token."""


class LookForm(Form):
    """The SIRET of a structure to add."""

    siret = SiretField("SIRET de la structure", [InputRequired()])


class DeclareForm(FlaskForm):
    """A structure that nobody has declared yet."""

    FIELDS: ClassVar = {"name": "nom"}

    siret = SiretField("SIRET", [InputRequired()])
    nom = StringField(
        "Nom de la structure", [InputRequired("Écrivez le nom de la structure, sa raison sociale.")]
    )
    nature = RadioField(
        "Nature",
        [InputRequired(NATURE_WANTED), AnyOf(tuple(Nature), NATURE_WANTED)],
        choices=[(nature.value, label) for nature, label in sorted(values.NATURE_LABELS.items())],
        validate_choice=False,
    )
    collectivite = BooleanField("C’est une collectivité locale")
    masque = BooleanField("L’INSEE ne publie pas cet établissement")


class AttachForm(FlaskForm):
    """Ask to be attached."""

    siret = SiretField("SIRET", [InputRequired()])
    message = TextAreaField("Qui vous êtes")


class DecideForm(FlaskForm):
    """Accept or refuse a request."""

    FIELDS: ClassVar = {"reason": "motif"}

    role = SelectField(
        "Rôle",
        choices=[(role.value, values.ROLE_LABELS[role]) for role in reversed(MembershipRole)],
        default=MembershipRole.USER.value,
        validate_choice=False,
    )
    motif = StringField("Raison d’un refus")


class StatusForm(FlaskForm):
    """Give an invoice another status; which may follow is the lifecycle's to say."""

    FIELDS: ClassVar = {"status": "statut", "reason": "motif"}

    statut = RadioField(
        "Nouveau statut",
        [InputRequired("Choisissez un statut.")],
        choices=[],
        validate_choice=False,
    )
    motif = TextAreaField("Motif")


class InvoicesForm(Form):
    """Which invoices to list, said by the address."""

    to_do = BooleanField(name="a-faire")
    open_only = BooleanField(name="en-cours")
    sens = SelectField(
        "Sens",
        choices=[("", "Émises et reçues"), ("emises", "Émises"), ("recues", "Reçues")],
        validate_choice=False,
    )
    statut = SelectField(
        "Statut",
        choices=[("", "Tous les statuts"), *((one.code, one.label) for one in ROWS)],
        validate_choice=False,
    )
    page = IntegerField(filters=[row_number])


class ServiceForm(FlaskForm):
    """A service to add."""

    FIELDS: ClassVar = {"name": "nom"}

    code = StringField("Code du service", [InputRequired("Saisissez le code du service.")])
    nom = StringField("Nom du service", [InputRequired("Saisissez le nom du service.")])


class SpaceForm(FlaskForm):
    """A space to open."""

    FIELDS: ClassVar = {"kind": "espace"}

    espace = SelectField(
        "Espace",
        [InputRequired("Choisissez un espace.")],
        choices=[(kind.value, label) for kind, label in values.SPACE_LABELS.items()],
        validate_choice=False,
    )


class MandateForm(FlaskForm):
    """A billing mandate, signed in Chorus Pro."""

    FIELDS: ClassVar = {"signed_on": "signe_le"}

    signe_le = DayField("Souscrit le", [InputRequired("Saisissez la date du mandat.")])


class ConnectionForm(FlaskForm):
    """What links the structure to a machine or a register."""

    FIELDS: ClassVar = {"kind": "genre", "label": "libelle"}

    genre = SelectField(
        "Genre",
        [InputRequired("Choisissez un genre.")],
        choices=[(kind.value, label) for kind, label in values.CONNECTION_LABELS.items()],
        validate_choice=False,
    )
    libelle = StringField("Libellé")
