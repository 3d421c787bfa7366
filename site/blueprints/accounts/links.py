"""Links of mails, told apart: still good, already used, expired, incomplete or forged."""

import hmac
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from flask_security.change_email import _verify_token_status
from flask_security.confirmable import confirm_email_token_status
from flask_security.proxies import _security
from flask_security.utils import check_and_get_token_status, verify_hash
from itsdangerous import BadData, URLSafeTimedSerializer

from communaute import current
from communaute.blueprints.accounts.mails import CHANGE_WITHIN, RESET_WITHIN
from communaute.domain.accounts import users
from communaute.extensions import db
from communaute.models.accounts import User


@dataclass(frozen=True)
class Link:
    """What a link does, what its button says, and why it may no longer serve."""

    title: str
    button: str
    sentence: str
    usable: bool = False
    done: bool = False
    again: str = "/compte/connexion"
    again_label: str = "Me connecter"


INCOMPLETE = "Ce lien est incomplet ou a été modifié. Recopiez-le entier, ou demandez-en un autre."
EXPIRED = "Ce lien a expiré. Demandez-en un autre\u202f: il arrive en une minute."


def confirmation(token: str) -> Link:
    """The link that confirms the address of a new account."""
    expired, invalid, user = confirm_email_token_status(token)
    again = {"again": "/compte/confirmation", "again_label": "Recevoir un autre lien"}
    if expired:
        return Link("Lien expiré", "", EXPIRED, **again)  # type: ignore[arg-type]
    if invalid or user is None:
        return Link("Lien non valable", "", INCOMPLETE, **again)  # type: ignore[arg-type]
    if user.confirmed_at is not None:
        sentence = "C’est déjà fait\u202f: cette adresse est confirmée. Vous pouvez vous connecter."
        return Link("Adresse confirmée", "", sentence, done=True)
    sentence = "Appuyez sur le bouton pour confirmer que cette adresse est la vôtre."
    return Link("Confirmer votre adresse", "Confirmer mon adresse", sentence, usable=True)


def change_of_address(token: str) -> Link:
    """The link that confirms a new sign-in address."""
    expired, invalid, _user, new_email = _verify_token_status(token)
    again = {"again": "/compte/adresse", "again_label": "Changer d’adresse"}
    if expired:
        return Link("Lien expiré", "", EXPIRED, **again)  # type: ignore[arg-type]
    if invalid and already_moved(token):
        sentence = "C’est déjà fait\u202f: votre adresse de connexion a changé."
        return Link("Adresse changée", "", sentence, done=True)
    if invalid:
        return Link("Lien non valable", "", INCOMPLETE, **again)  # type: ignore[arg-type]
    sentence = (
        f"Votre compte s’ouvrira désormais avec {new_email}. Appuyez sur le bouton pour confirmer."
    )
    return Link("Changer d’adresse de connexion", "Confirmer le changement", sentence, usable=True)


def already_moved(token: str) -> bool:
    """Whether this very link has been used by its person."""
    _expired, _invalid, data = check_and_get_token_status(token, "change_email", CHANGE_WITHIN)
    if not data:
        return False
    user = users.find(db.session(), data[2])
    return user is not None and user.fs_uniquifier == moved_mark(data[0], data[2])


def moved_mark(mark: str, new_address: str) -> str:
    """The account's mark after a change of address: links sent before open nothing any more."""
    moved = f"{mark} {new_address}".encode()
    return hmac.new(current.settings().secret_key.encode(), moved, "sha256").hexdigest()[:32]


def reset_only_if_valid(token: str) -> ResponseReturnValue | None:
    """The page of a reset link that no longer serves; None when it does.

    Flask-Security compares only the account's mark: the password's own digest makes sure that a
    link serves once.
    """
    expired, invalid, data = check_and_get_token_status(token, "reset", RESET_WITHIN)
    user = None if invalid or not data else owner_of(data)
    if user is not None and not expired:
        return None
    title, sentence = ("Lien expiré", EXPIRED) if expired else ("Lien non valable", USED)
    link = Link(
        title,
        "",
        sentence,
        again="/compte/mot-de-passe-oublie",
        again_label="Recevoir un autre lien",
    )
    return make_response(render_template("accounts/link.html", link=link), HTTPStatus.GONE)


USED = (
    "Ce lien est incomplet, ou il a déjà servi\u202f: il ne sert qu’une fois. Demandez-en un autre."
)


def owner_of(data: list[Any]) -> User | None:
    """Whose reset link this is, if the password has not changed since."""
    user: User | None = _security.datastore.find_user(fs_uniquifier=data[0])
    if user is None or (user.password and not verify_hash(data[1], user.password)):
        return None
    return user


def contact_serializer(secret: str) -> URLSafeTimedSerializer:
    """Signs the link that confirms a contact address."""
    return URLSafeTimedSerializer(secret, salt="contact-address")


def read_contact(secret: str, token: str, seconds: float) -> tuple[str, str] | None:
    """The account and the address of a contact link, or None."""
    try:
        mark, address = contact_serializer(secret).loads(token, max_age=int(seconds))
    except (BadData, ValueError):
        return None
    return str(mark), str(address)
