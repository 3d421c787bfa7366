"""What structures ask for. The rules are domain.structures': here, only fields and their words."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from communaute.domain.structures.values import (
    CONNECTION_LABELS,
    NATURE_LABELS,
    ROLE_LABELS,
    SPACE_LABELS,
)
from communaute.models.structures import MembershipRole


class ButtonForm(FlaskForm):
    """One button, with its token."""


class LookForm(FlaskForm):
    """The SIRET of a structure to add."""

    siret = StringField("SIRET de la structure", [InputRequired(), Length(max=200)])


class DeclareForm(FlaskForm):
    """A structure that nobody has declared yet."""

    siret = StringField("SIRET", [InputRequired(), Length(max=200)])
    nom = StringField("Nom de la structure", [InputRequired(), Length(max=500)])
    nature = RadioField(
        "Nature",
        [
            InputRequired(
                "Choisissez «\u202fStructure privée\u202f» ou «\u202fStructure publique\u202f»."
            )
        ],
        choices=[(nature.value, label) for nature, label in sorted(NATURE_LABELS.items())],
    )
    collectivite = BooleanField("C’est une collectivité locale", [Optional()])
    masque = BooleanField("L’INSEE ne publie pas cet établissement", [Optional()])


class AttachForm(FlaskForm):
    """Ask to be attached."""

    siret = StringField("SIRET", [InputRequired(), Length(max=200)])
    message = TextAreaField("Qui vous êtes", [Length(max=5_000)])


class DecideForm(FlaskForm):
    """Accept or refuse a request."""

    role = SelectField(
        "Rôle",
        [Optional()],
        choices=[(role.value, ROLE_LABELS[role]) for role in reversed(MembershipRole)],
        default=MembershipRole.USER.value,
    )
    motif = StringField("Raison d’un refus", [Length(max=5_000)])


class StatusForm(FlaskForm):
    """Give an invoice another status; the choices are those that may follow."""

    statut = RadioField("Nouveau statut", [InputRequired("Choisissez un statut.")], choices=[])
    motif = TextAreaField("Motif", [Length(max=5_000)])


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
    )
    libelle = StringField("Libellé", [Length(max=500)])
