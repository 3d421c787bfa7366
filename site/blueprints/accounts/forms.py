"""The forms of accounts, and their common fields."""

import unicodedata

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length

from communaute.domain.accounts import passwords, users
from communaute.domain.accounts.changing import WrongCurrentPassword
from communaute.domain.accounts.lockout import TooManyAttempts
from communaute.domain.accounts.passwords import WeakPassword
from communaute.domain.accounts.users import InvalidAddress


NEW_PASSWORD = "Nouveau mot de passe"  # noqa: S105
CODE_WANTED = "Saisissez le code à six chiffres de votre application."


def printable(text: str | None) -> str | None:
    """What was typed without what cannot be seen: no page shows it, PostgreSQL keeps no NUL."""
    return text and "".join(c for c in text if not unicodedata.category(c).startswith("C"))


def is_an_address(_form: FlaskForm, field: EmailField) -> None:
    """Spell the address as accounts are found by. Raises ValidationError when it is none."""
    try:
        field.data = users.spelled(field.data or "")
    except InvalidAddress as refused:
        raise ValidationError(str(refused)) from refused


def may_be_chosen(_form: FlaskForm, field: PasswordField) -> None:
    """Raises ValidationError when the password may not be chosen."""
    try:
        passwords.check(field.data or "")
    except WeakPassword as refused:
        raise ValidationError(str(refused)) from refused


def address_field(label: str) -> EmailField:
    """An address."""
    return EmailField(
        label,
        filters=[printable],
        validators=[InputRequired("Saisissez votre adresse électronique."), is_an_address],
    )


def password_field(label: str, autocomplete: str = "current-password") -> PasswordField:
    """A password; never filled in again by us, never too long to hash."""
    too_long = f"Un mot de passe compte {passwords.LONGEST} caractères au plus."
    length = Length(max=passwords.LONGEST, message=too_long)
    chosen = autocomplete == "new-password"
    return PasswordField(
        label,
        validators=[
            InputRequired("Saisissez votre mot de passe."),
            may_be_chosen if chosen else length,
        ],
        render_kw={"autocomplete": autocomplete},
    )


class Form(FlaskForm):
    """A form of an account; `too_many` says how long to wait after too many failures."""

    too_many: TooManyAttempts | None = None

    def refuse(self, refused: Exception, field: str = "") -> None:
        """Put a refusal beside a field, or at the top of the form."""
        if isinstance(refused, TooManyAttempts):
            self.too_many = refused
        if field and not self.too_many:
            self[field].errors = [str(refused)]
        else:
            self.form_errors = [str(refused)]


class AddressForm(Form):
    """An address, for a mail to be sent to it."""

    courriel = address_field("Adresse électronique")


class SignInForm(AddressForm):
    """Sign in."""

    mot_de_passe = password_field("Mot de passe")
    next = HiddenField()


class SignUpForm(AddressForm):
    """Open an account: an address and a password, nothing else."""

    mot_de_passe = password_field("Mot de passe", "new-password")


class NewPasswordForm(Form):
    """Choose a password, with the link of a mail."""

    mot_de_passe = password_field(NEW_PASSWORD, "new-password")


class ChangeForm(Form):
    """Change one's password, signed in."""

    mot_de_passe = password_field("Mot de passe actuel")
    nouveau_mot_de_passe = password_field(NEW_PASSWORD, "new-password")

    def refuse(self, refused: Exception, field: str = "") -> None:
        """Beside the password that it is about."""
        wrong = isinstance(refused, WrongCurrentPassword)
        super().refuse(refused, "mot_de_passe" if wrong else "nouveau_mot_de_passe")


class AgainForm(Form):
    """Give one's password again before what matters."""

    mot_de_passe = password_field("Mot de passe")
    next = HiddenField()


class NewAddressForm(Form):
    """Sign in with another address."""

    courriel = address_field("Nouvelle adresse de connexion")


class ContactForm(Form):
    """Where to write to somebody, when it is not the sign-in address."""

    courriel = address_field("Adresse de contact")


class FactorForm(Form):
    """Set up an authenticator, or take it away."""

    setup = RadioField(
        "Double authentification",
        choices=[("authenticator", "Application"), ("disable", "Retirer")],
        validators=[InputRequired("Choisissez ce que vous voulez faire.")],
    )


class CodeForm(Form):
    """The code that the application shows. Spaces between digits are welcome."""

    code = StringField(
        "Code à six chiffres",
        [InputRequired(CODE_WANTED), Length(max=20, message=CODE_WANTED)],
        filters=[printable, lambda typed: "".join(typed.split()) if typed else typed],
    )


class RecoveryForm(Form):
    """A recovery code in the place of the application's."""

    code = StringField(
        "Code de secours",
        [
            InputRequired("Saisissez un code de secours."),
            Length(max=100, message="Un code de secours est plus court."),
        ],
        filters=[printable, lambda typed: typed.strip().lower() if typed else typed],
    )


class NewPasskeyForm(Form):
    """Name a passkey, and say whether it opens the account by itself."""

    nom = StringField(
        "Nom de la clé",
        [
            InputRequired("Donnez un nom à cette clé, pour la reconnaître."),
            Length(max=60, message="Soixante caractères au plus."),
        ],
        filters=[printable],
    )
    seule = BooleanField("Me connecter avec cette clé seule, sans mot de passe")


class PasskeyForm(Form):
    """What the browser answers when it was asked for a passkey."""

    reponse = HiddenField(
        validators=[InputRequired("Votre navigateur n’a pas donné de clé d’accès.")]
    )


class ProfileForm(Form):
    """The name shown on what one writes."""

    nom = StringField(
        "Nom et prénom",
        [Length(max=100, message="Cent caractères au plus.")],
        filters=[printable],
    )


class EraseForm(Form):
    """Erase one's account: one box to tick, one button."""

    certain = BooleanField(
        "J’ai compris que c’est définitif",
        [InputRequired("Cochez la case si vous voulez effacer votre compte.")],
    )


class ButtonForm(Form):
    """One button."""
