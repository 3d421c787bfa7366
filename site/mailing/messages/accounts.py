"""Mails about an account. Each leads to a page with one button: mail scanners follow links."""

from datetime import datetime

from communaute.mailing.message import Message, Priority


OWN_ACCOUNT = "Vous recevez ce courriel parce que cette adresse a été saisie sur le site."
ABOUT_ACCOUNT = "Vous recevez ce courriel parce que vous avez un compte sur le site."


def _with_link(template: str, subject: str, to: str, link: str, until: datetime) -> Message:
    """The link that somebody waits for."""
    return Message(
        to=to,
        subject=subject,
        template=template,
        why=OWN_ACCOUNT,
        context={"link": link, "until": until},
        priority=Priority.PERSON_WAITING,
        useless_after=until,
    )


def confirm_address(*, to: str, link: str, until: datetime) -> Message:
    """Prove that the address is yours: the account opens then."""
    return _with_link(
        "confirm-address", "Confirmez votre adresse pour ouvrir votre compte", to, link, until
    )


def already_registered(*, to: str, sign_in: str, reset: str) -> Message:
    """Somebody opened an account with an address that has one: only its owner is told."""
    return Message(
        to=to,
        subject="Vous avez déjà un compte",
        template="already-registered",
        why=ABOUT_ACCOUNT,
        context={"sign_in": sign_in, "reset": reset},
        priority=Priority.PERSON_WAITING,
    )


def reset_password(*, to: str, link: str, until: datetime) -> Message:
    """Choose another password."""
    return _with_link("reset-password", "Choisissez un nouveau mot de passe", to, link, until)


def password_changed(*, to: str, when: datetime, reset: str) -> Message:
    """The password has changed: if it was not you, act."""
    return Message(
        to=to,
        subject="Votre mot de passe a changé",
        template="password-changed",
        why=ABOUT_ACCOUNT,
        context={"when": when, "reset": reset},
    )


def confirm_new_address(*, to: str, link: str, until: datetime) -> Message:
    """Prove that the new sign-in address is yours."""
    return _with_link(
        "confirm-new-address", "Confirmez votre nouvelle adresse de connexion", to, link, until
    )


def address_changed(*, to: str, new_address: str, when: datetime, contact: str) -> Message:
    """Told to the old address: the sign-in address has changed."""
    return Message(
        to=to,
        subject="Votre adresse de connexion a changé",
        template="address-changed",
        why=ABOUT_ACCOUNT,
        context={"new_address": new_address, "when": when, "contact": contact},
    )


def confirm_contact(*, to: str, link: str, until: datetime) -> Message:
    """Prove that the contact address is yours."""
    return _with_link("confirm-contact", "Confirmez votre adresse de contact", to, link, until)


def second_factor_changed(*, to: str, enabled: bool, when: datetime, reset: str) -> Message:
    """The second factor was set up, replaced or taken away: if it was not you, act."""
    subject = "Double authentification activée" if enabled else "Double authentification désactivée"
    return Message(
        to=to,
        subject=subject,
        template="second-factor-changed",
        why=ABOUT_ACCOUNT,
        context={"enabled": enabled, "when": when, "reset": reset},
    )


def wrong_codes(*, to: str, when: datetime, reset: str) -> Message:
    """Somebody has the password and tries codes: if it was not you, act."""
    return Message(
        to=to,
        subject="Des codes faux ont été donnés pour votre compte",
        template="wrong-codes",
        why=ABOUT_ACCOUNT,
        context={"when": when, "reset": reset},
    )


def role_changed(*, to: str, role: str, given: bool, when: datetime) -> Message:
    """A role on the site was given or taken away; `role` is its name in French."""
    return Message(
        to=to,
        subject="Vous avez un nouveau rôle" if given else "Un de vos rôles vous a été retiré",
        template="role-changed",
        why=ABOUT_ACCOUNT,
        context={"role": role, "given": given, "when": when},
    )


def account_erased(*, to: str, when: datetime) -> Message:
    """The account is gone; the last mail it gets."""
    return Message(
        to=to,
        subject="Votre compte est effacé",
        template="account-erased",
        why="Vous recevez ce dernier courriel parce que vous aviez un compte sur le site.",
        context={"when": when},
    )
