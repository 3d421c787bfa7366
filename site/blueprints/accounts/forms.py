"""The forms of accounts: Flask-Security's, with our fields, names and sentences."""

import unicodedata
from typing import Any, cast

from flask_security import (
    ChangeEmailForm,
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    MfRecoveryForm,
    RegisterFormV2,
    ResetPasswordForm,
    SendConfirmationForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    hash_password,
)
from flask_security.forms import (
    EmailValidation,
    email_required,
    password_required,
    unique_user_email,
    valid_user_email,
)
from flask_security.proxies import _security
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from communaute.blueprints.accounts import attempts, second_factor
from communaute.blueprints.accounts.credentials import LONGEST_PASSWORD, TOO_LONG
from communaute.domain.accounts import users
from communaute.domain.accounts.lockout import TooManyAttempts
from communaute.extensions import db


TOO_LONG_AN_ADDRESS = "Une adresse compte 254\u202fcaractères au plus."
NEW_PASSWORD = "Nouveau mot de passe"  # noqa: S105
CODE_WANTED = "Saisissez le code à six chiffres de votre application."


def printable(text: str | None) -> str | None:
    """What was typed without what cannot be seen: no page shows it, PostgreSQL keeps no NUL."""
    return text and "".join(c for c in text if not unicodedata.category(c).startswith("C"))


def spelled(address: str) -> str:
    """An address as accounts are found by it: one count whatever the letters it is typed in."""
    try:
        return cast(str, _security._mail_util.normalize(address))
    except ValueError:  # no address: nobody's account, counted as typed
        return address


def address_field(label: str, *validators: Any) -> EmailField:  # noqa: ANN401
    """An address; `courriel` in the form whatever Flask-Security calls it."""
    return EmailField(
        label,
        name="courriel",
        filters=[printable],
        validators=[email_required, Length(max=254, message=TOO_LONG_AN_ADDRESS), *validators],
    )


def password_field(label: str, autocomplete: str, name: str = "mot_de_passe") -> PasswordField:
    """A password; never filled in again by us, never too long to hash."""
    return PasswordField(
        label,
        name=name,
        validators=[password_required, Length(max=LONGEST_PASSWORD, message=TOO_LONG)],
        render_kw={"autocomplete": autocomplete},
    )


class SignInForm(LoginForm):
    """Sign in. The same answer, in the same time, whether or not the address has an account."""

    email = address_field("Adresse électronique", EmailValidation(verify=False))
    password = password_field("Mot de passe", "current-password")
    remember = None
    submit = None
    too_many: TooManyAttempts | None = None

    def validate(self, **options: Any) -> bool:  # noqa: ANN401
        """Count failures; a wrong address is a failure like another."""
        account = spelled(self.email.data or "")
        try:
            attempts.refuse_too_many(account)
        except TooManyAttempts as refused:
            hash_password("the same time as a try")
            self.too_many = refused
            self.form_errors = [str(refused)]
            return False
        valid = cast(bool, super().validate(**options))
        if self.user_authenticated:
            attempts.forget(account)
            second_factor.begun()
        elif self.ifield is not None:
            attempts.note(account)
        if self.requires_confirmation:
            # The right password was given: this is no secret, and the person must know.
            self.form_errors, self.email.errors = list(self.email.errors), []
        return valid


class SignUpForm(RegisterFormV2):
    """Open an account: an address and a password, nothing else."""

    email = address_field("Adresse électronique", EmailValidation(verify=True), unique_user_email)
    password = password_field("Mot de passe", "new-password")
    submit = None

    def to_dict(self, only_user: bool) -> dict[str, Any]:
        """What Flask-Security makes an account of: by its own names, not the form's."""
        return {"email": self.email.data, "password": self.password.data}


class SendAgainForm(SendConfirmationForm):
    """Ask for the confirmation mail again."""

    email = address_field("Adresse électronique", EmailValidation(verify=True), valid_user_email)
    submit = None

    def validate(self, **options: Any) -> bool:  # noqa: ANN401
        """As long for an address without an account as for one that has one."""
        hash_password("the same time for all")
        return cast(bool, super().validate(**options))


class ForgottenForm(ForgotPasswordForm):
    """Ask for a link to choose another password."""

    email = address_field("Adresse électronique", EmailValidation(verify=True), valid_user_email)
    submit = None

    def validate(self, **options: Any) -> bool:  # noqa: ANN401
        """Flask-Security hashes for nothing when there is no account: here too when there is.

        Twice more for everybody, so that writing the mail (8 % of one hash) does not show.
        """
        valid = super().validate(**options)
        for _ in range(3 if valid else 2):
            hash_password("the same time for all")
        return cast(bool, valid)


class ResetForm(ResetPasswordForm):
    """Choose another password, with the link of a mail."""

    password = password_field(NEW_PASSWORD, "new-password")
    password_confirm = None
    submit = None


class ChangeForm(ChangePasswordForm):
    """Change one's password, signed in."""

    password = password_field("Mot de passe actuel", "current-password")
    new_password = password_field(NEW_PASSWORD, "new-password", "nouveau_mot_de_passe")
    new_password_confirm = None
    submit = None

    def validate(self, **options: Any) -> bool:  # noqa: ANN401
        """A wrong current password counts as a failed attempt."""
        return guarded(self, super().validate, "password", options)


class AgainForm(VerifyForm):
    """Give one's password again before what matters."""

    password = password_field("Mot de passe", "current-password")
    submit = None

    def validate(self, **options: Any) -> bool:  # noqa: ANN401
        """A wrong password counts as a failed attempt."""
        return guarded(self, super().validate, "password", options)


class NewAddressForm(ChangeEmailForm):
    """Sign in with another address."""

    email = address_field(
        "Nouvelle adresse de connexion", EmailValidation(verify=True), unique_user_email
    )
    submit = None


class FactorForm(TwoFactorSetupForm):
    """Set up an authenticator, or take it away."""

    setup = RadioField(
        "Double authentification",
        choices=[("authenticator", "Application"), ("disable", "Retirer")],
        validate_choice=False,
    )
    phone = StringField("")
    submit = None


class CodeForm(TwoFactorVerifyCodeForm):
    """The code that the application shows."""

    code = StringField("Code à six chiffres", [InputRequired(CODE_WANTED), Length(max=20)])
    submit = None

    def validate(self, **options: Any) -> bool:  # noqa: ANN401
        """A wrong code counts as a failed attempt. Spaces between digits are welcome."""
        self.code.data = "".join((self.code.data or "").split())
        return guarded(self, super().validate, "code", options)


class RecoveryForm(MfRecoveryForm):
    """A recovery code in the place of the application's."""

    code = StringField("Code de secours", [InputRequired("Saisissez un code de secours.")])
    submit = None

    def validate(self, **options: Any) -> bool:  # noqa: ANN401
        """A wrong code counts as a failed attempt."""
        self.code.data = (self.code.data or "").strip().lower()
        return guarded(self, super().validate, "code", options)


def guarded(form: Any, validate: Any, field: str, options: dict[str, Any]) -> bool:  # noqa: ANN401
    """Validate a form that proves who somebody is, counting failures of that person."""
    account = f"{field} {form.user.id}" if getattr(form, "user", None) else attempts.own(field)
    users.hold(db.session(), int(account.rsplit(" ", 1)[1]))
    try:
        attempts.refuse_too_many(account)
    except TooManyAttempts as refused:
        form.too_many = refused
        form.form_errors = [str(refused)]
        return False
    if validate(**options):
        attempts.forget(account)
        return True
    if getattr(form, field).data:
        attempts.note(account)
    return False


class ProfileForm(FlaskForm):
    """The name shown on what one writes."""

    nom = StringField(
        "Nom et prénom",
        [Length(max=100, message="Cent caractères au plus.")],
        filters=[printable],
    )


class ContactForm(FlaskForm):
    """Where to write to somebody, when it is not the sign-in address."""

    courriel = EmailField(
        "Adresse de contact",
        [
            email_required,
            Length(max=254, message=TOO_LONG_AN_ADDRESS),
            EmailValidation(verify=True),
        ],
        filters=[printable],
    )


class EraseForm(FlaskForm):
    """Erase one's account: one box to tick, one button."""

    certain = BooleanField(
        "J’ai compris que c’est définitif",
        [InputRequired("Cochez la case si vous voulez effacer votre compte.")],
    )


class ButtonForm(FlaskForm):
    """One button."""
