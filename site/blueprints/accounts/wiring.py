"""Flask-Security, wired: our addresses, forms, templates, mails and guards."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_security import Security, SQLAlchemyUserDatastore

from communaute.blueprints.accounts import forms, guards, mails, presence, texts
from communaute.blueprints.accounts.codes import OneTimeCodes
from communaute.blueprints.accounts.credentials import Passwords
from communaute.blueprints.accounts.rendering import page
from communaute.config import Settings
from communaute.domain import clock
from communaute.extensions import db
from communaute.models.accounts import User, UserRole


ADDRESSES = {
    "LOGIN_URL": "/connexion",
    "LOGOUT_URL": "/deconnexion",
    "REGISTER_URL": "/inscription",
    "CONFIRM_URL": "/confirmation",
    "RESET_URL": "/mot-de-passe-oublie",
    "CHANGE_URL": "/mot-de-passe",
    "CHANGE_EMAIL_URL": "/adresse",
    "VERIFY_URL": "/verifier",
    "TWO_FACTOR_SETUP_URL": "/second-facteur",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/code",
    "TWO_FACTOR_RESCUE_URL": "/aide",
    "TWO_FACTOR_SELECT_URL": "/choix",
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/codes-de-secours",
    "MULTI_FACTOR_RECOVERY_URL": "/secours",
    "POST_LOGIN_VIEW": "/compte/",
    "POST_LOGOUT_VIEW": "/compte/connexion",
    "POST_REGISTER_VIEW": "/compte/inscription/suite",
    "POST_CONFIRM_VIEW": "/compte/connexion",
    "POST_RESET_VIEW": "/compte/connexion",
    "POST_CHANGE_VIEW": "/compte/",
    "POST_CHANGE_EMAIL_VIEW": "/compte/",
    "POST_VERIFY_VIEW": "/compte/",
    "TWO_FACTOR_POST_SETUP_VIEW": "/compte/codes-de-secours",
    "CHANGE_EMAIL_ERROR_VIEW": "/compte/lien-perime",
}
TEMPLATES = {
    "LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
    "REGISTER_USER_TEMPLATE": "accounts/sign_up.html",
    "FORGOT_PASSWORD_TEMPLATE": "accounts/forgotten.html",
    "RESET_PASSWORD_TEMPLATE": "accounts/reset.html",
    "CHANGE_PASSWORD_TEMPLATE": "accounts/password.html",
    "SEND_CONFIRMATION_TEMPLATE": "accounts/confirm_again.html",
    "CHANGE_EMAIL_TEMPLATE": "accounts/address.html",
    "VERIFY_TEMPLATE": "accounts/verify.html",
    "TWO_FACTOR_SETUP_TEMPLATE": "accounts/factor.html",
    "TWO_FACTOR_VERIFY_CODE_TEMPLATE": "accounts/code.html",
    "MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "accounts/recovery_codes.html",
    "MULTI_FACTOR_RECOVERY_TEMPLATE": "accounts/recovery.html",
}
FORMS = {
    "login_form": forms.SignInForm,
    "register_form": forms.SignUpForm,
    "send_confirmation_form": forms.SendAgainForm,
    "forgot_password_form": forms.ForgottenForm,
    "reset_password_form": forms.ResetForm,
    "change_password_form": forms.ChangeForm,
    "change_email_form": forms.NewAddressForm,
    "verify_form": forms.AgainForm,
    "two_factor_setup_form": forms.FactorForm,
    "two_factor_verify_code_form": forms.CodeForm,
    "mf_recovery_form": forms.RecoveryForm,
}
# What is offered, and what is not: no JSON door, no mail of Flask-Security's own making.
FEATURES: dict[str, object] = {
    "URL_PREFIX": "/compte",
    "REGISTERABLE": True,
    "CONFIRMABLE": True,
    "RECOVERABLE": True,
    "CHANGEABLE": True,
    "CHANGE_EMAIL": True,
    "TWO_FACTOR": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_RESCUE_EMAIL": False,
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "RETURN_GENERIC_RESPONSES": True,
    "API_ENABLED_METHODS": ["session"],
    "STATIC_FOLDER": None,
    "EMAIL_PLAINTEXT": False,
    "EMAIL_HTML": False,
    "PASSWORD_CONFIRM_REQUIRED": False,
    "TOTP_ISSUER": "Communauté Chorus Pro",
}
RULES: dict[str, object] = {
    "CONFIRM_EMAIL_WITHIN": mails.CONFIRM_WITHIN,
    "RESET_PASSWORD_WITHIN": mails.RESET_WITHIN,
    "CHANGE_EMAIL_WITHIN": mails.CHANGE_WITHIN,
    "FRESHNESS": timedelta(minutes=30),
    "FRESHNESS_GRACE_PERIOD": timedelta(minutes=10),
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "DATETIME_FACTORY": clock.now,
    "EMAIL_VALIDATOR_ARGS": {
        # A sign-up without network must work: DNS is not asked.
        "check_deliverability": False,
        "allow_smtputf8": False,
        "strict": True,
        # `.example` and `.test` are nobody's; refusing them would only hinder trials.
        "test_environment": True,
    },
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    # argon2 alone: a hash keyed with SECRET_KEY would lock everybody out the day it changes.
    "PASSWORD_SINGLE_HASH": ["argon2"],
    # What tokens are compared by: they are signed, a slow hash would only tell who exists.
    "HASHING_SCHEMES": ["hex_sha256"],
}


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its accounts."""
    app.config.update({f"SECURITY_{name}": value for name, value in options(settings).items()})
    security = Security(
        mail_util_cls=mails.Outbox,
        password_util_cls=Passwords,
        totp_cls=OneTimeCodes,
        render_template=page,
        **FORMS,
    )
    security.init_app(app, SQLAlchemyUserDatastore(db, User, UserRole))
    # No JSON variant of these pages, no tokens in headers: one door, guarded once.
    security.want_json(lambda _request: False)
    leave_other_pages_alone(app)
    guards.init_app(app)
    presence.init_app(app)


def leave_other_pages_alone(app: Flask) -> None:
    """Take away what would ask of every page, content included, who is there.

    Flask-Principal loads an identity before each request, Flask-Login looks for a « remember me »
    after it and gives templates `current_user`: we use none of the three, and each would make every
    page private (Vary: Cookie).
    """
    hooks: Any
    for hooks, module in (
        (app.before_request_funcs, "flask_principal"),
        (app.after_request_funcs, "flask_login.login_manager"),
        (app.template_context_processors, "flask_login.utils"),
    ):
        hooks[None] = [hook for hook in hooks[None] if hook.__module__ != module]


def options(settings: Settings) -> dict[str, object]:
    """Flask-Security's settings."""
    said = {f"MSG_{name}": text for name, text in texts.MESSAGES.items()}
    return {**ADDRESSES, **TEMPLATES, **FEATURES, **RULES, **said, **secrets(settings.secret_key)}


def secrets(key: str) -> dict[str, object]:
    """What keeps codes unreadable in the database: keys drawn from the site's own."""
    return {
        "TOTP_SECRETS": {"1": derived(key, "totp").hex()},
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [base64.urlsafe_b64encode(derived(key, "recovery"))],
    }


def derived(key: str, purpose: str) -> bytes:
    """A key of its own for each purpose."""
    return hashlib.sha256(f"{purpose}:{key}".encode()).digest()
