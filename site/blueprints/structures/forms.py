"""What structures ask for. The rules are domain.structures': here, only fields and their words.

Lengths and choices are the verbs' to refuse, in French, beside the field.
"""

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired

from communaute.domain.structures.values import (
    CONNECTION_LABELS,
    NATURE_LABELS,
    ROLE_LABELS,
    SPACE_LABELS,
)
from communaute.models.structures import MembershipRole, Nature


SIRET_WANTED = InputRequired("Saisissez les 14 chiffres du SIRET.")
NATURE_WANTED = "Choisissez «\u202fStructure privée\u202f» ou «\u202fStructure publique\u202f»."


class ButtonForm(FlaskForm):
    """One button, with its token."""


class LookForm(FlaskForm):
    """The SIRET of a structure to add."""

    siret = StringField("SIRET de la structure", [SIRET_WANTED])


class DeclareForm(FlaskForm):
    """A structure that nobody has declared yet."""

    siret = StringField("SIRET", [SIRET_WANTED])
    nom = StringField(
        "Nom de la structure", [InputRequired("Écrivez le nom de la structure, sa raison sociale.")]
    )
    nature = RadioField(
        "Nature",
        [InputRequired(NATURE_WANTED), AnyOf(tuple(Nature), NATURE_WANTED)],
        choices=[(nature.value, label) for nature, label in sorted(NATURE_LABELS.items())],
        validate_choice=False,
    )
    collectivite = BooleanField("C’est une collectivité locale")
    masque = BooleanField("L’INSEE ne publie pas cet établissement")


class AttachForm(FlaskForm):
    """Ask to be attached."""

    siret = StringField("SIRET", [SIRET_WANTED])
    message = TextAreaField("Qui vous êtes")


class DecideForm(FlaskForm):
    """Accept or refuse a request."""

    role = SelectField(
        "Rôle",
        choices=[(role.value, ROLE_LABELS[role]) for role in reversed(MembershipRole)],
        default=MembershipRole.USER.value,
        validate_choice=False,
    )
    motif = StringField("Raison d’un refus")


class StatusForm(FlaskForm):
    """Give an invoice another status; which may follow is the lifecycle's to say."""

    statut = RadioField(
        "Nouveau statut",
        [InputRequired("Choisissez un statut.")],
        choices=[],
        validate_choice=False,
    )
    motif = TextAreaField("Motif")


class ServiceForm(FlaskForm):
    """A service to add."""

    code = StringField("Code du service", [InputRequired("Saisissez le code du service.")])
    nom = StringField("Nom du service", [InputRequired("Saisissez le nom du service.")])


class SpaceForm(FlaskForm):
    """A space to open."""

    espace = SelectField(
        "Espace",
        [InputRequired("Choisissez un espace.")],
        choices=[(kind.value, label) for kind, label in SPACE_LABELS.items()],
        validate_choice=False,
    )


class MandateForm(FlaskForm):
    """A billing mandate, signed in Chorus Pro."""

    signe_le = StringField("Souscrit le", [InputRequired("Saisissez la date du mandat.")])


class ConnectionForm(FlaskForm):
    """What links the structure to a machine or a register."""

    genre = SelectField(
        "Genre",
        [InputRequired("Choisissez un genre.")],
        choices=[(kind.value, label) for kind, label in CONNECTION_LABELS.items()],
        validate_choice=False,
    )
    libelle = StringField("Libellé")
