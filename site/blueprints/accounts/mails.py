"""Every mail of Flask-Security goes through the outbox, in our words."""

import hashlib
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask_security import MailUtil

from communaute import current
from communaute.domain import clock
from communaute.domain.accounts import users
from communaute.extensions import db
from communaute.mailing.message import Message
from communaute.mailing.messages import accounts as messages
from communaute.mailing.outbox import post


CONFIRM_WITHIN = timedelta(days=2)
RESET_WITHIN = timedelta(hours=2)
CHANGE_WITHIN = timedelta(hours=2)
RESET_PAGE = "/compte/mot-de-passe-oublie"


class Outbox(MailUtil):
    """Flask-Security's one door for mails."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str,
        *_: Any,  # noqa: ANN401
        **values: Any,  # noqa: ANN401
    ) -> None:
        """Ask for the mail, in the request's transaction. An unknown template is a fault of ours.

        Nobody writes to a practice account: who gives its address is answered as everybody is.
        """
        owner = users.find(db.session(), str(recipient))
        if owner is not None and owner.is_guest:
            return
        name = template.removeprefix("security/email/")
        message = MESSAGES[name](str(recipient), values)
        token = next(
            (str(values[key]) for key in TOKENS if values.get(key)), clock.now().isoformat()
        )
        mark = hashlib.sha256(token.encode()).hexdigest()[:24]
        post(db.session(), message, key=f"{name}-{mark}", due=clock.now())


def public(link: str) -> str:
    """A link at our public address, whatever host the request named: that one may be forged."""
    return current.settings().base_url + urlsplit(link).path


def page(path: str) -> str:
    """A page's public address."""
    return current.settings().base_url + path


def confirm_address(to: str, values: dict[str, Any]) -> Message:
    """Sign-up, or the link asked for again."""
    link = public(values["confirmation_link"])
    return messages.confirm_address(to=to, link=link, until=clock.now() + CONFIRM_WITHIN)


def already_registered(to: str, values: dict[str, Any]) -> Message:
    """Sign-up with an address that has an account: confirmed, or still waiting for it."""
    if values.get("confirmation_link"):
        return confirm_address(to, values)
    return messages.already_registered(
        to=to, sign_in=page("/compte/connexion"), reset=page(RESET_PAGE)
    )


def reset_password(to: str, values: dict[str, Any]) -> Message:
    """A forgotten password."""
    link = public(values["reset_link"])
    return messages.reset_password(to=to, link=link, until=clock.now() + RESET_WITHIN)


def password_changed(to: str, _values: dict[str, Any]) -> Message:
    """After the fact."""
    return messages.password_changed(to=to, when=clock.now(), reset=page(RESET_PAGE))


def confirm_new_address(to: str, values: dict[str, Any]) -> Message:
    """To the new address."""
    return messages.confirm_new_address(
        to=to, link=public(values["link"]), until=clock.now() + CHANGE_WITHIN
    )


TOKENS = ("confirmation_token", "reset_token", "token")
MESSAGES = {
    "welcome": confirm_address,
    "confirmation_instructions": confirm_address,
    "welcome_existing": already_registered,
    "reset_instructions": reset_password,
    "reset_notice": password_changed,
    "change_notice": password_changed,
    "change_email_instructions": confirm_new_address,
}
