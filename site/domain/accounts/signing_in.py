"""Sign in: the password, then the second factor, for people who have one or must have one."""

from communaute.domain.accounts import passwords, users
from communaute.domain.accounts.act import Act
from communaute.domain.accounts.lockout import NotProved
from communaute.domain.errors import DomainError
from communaute.models.accounts import User


class WrongPassword(NotProved):
    """The address or the password is wrong; we do not say which."""


class NotOpen(DomainError):
    """The password is right, but the account is not open."""


def with_password(act: Act, address: str, password: str) -> User:
    """The user with this address and password. An unknown address takes as long as a known one.

    Raises WrongPassword, NotOpen.
    """
    user = users.find(act.session, address)
    if user is not None and user.is_guest:
        user = None
    if not passwords.is_of(user, password) or user is None:
        raise WrongPassword(
            "L’adresse ou le mot de passe ne convient pas. Vérifiez les deux, puis recommencez."
        )
    if user.confirmed_at is None:
        raise NotOpen("Confirmez d’abord votre adresse avec le lien reçu par courriel.")
    if not user.active:
        raise NotOpen("Ce compte est fermé.")
    return user


def needs_more(user: User) -> bool:
    """Whether a second factor is asked for, or must be set up, before the account opens."""
    return user.has_second_factor or user.is_staff
