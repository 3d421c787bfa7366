"""Sign in: the password, then the second factor, for people who have one or must have one."""

from collections.abc import Callable

from communaute.domain.accounts import passwords, steps, users
from communaute.domain.accounts.lockout import NotProved
from communaute.domain.context import Context
from communaute.domain.errors import DomainError
from communaute.models.accounts import Step, User


class WrongPassword(NotProved):
    """The address or the password is wrong; we do not say which."""


WRONG = "L’adresse ou le mot de passe ne convient pas. Vérifiez les deux, puis recommencez."
START_AGAIN = "Recommencez la connexion depuis le début."


class NotAwaited(DomainError):
    """The second factor is right, but the sign-in that awaited it has served or was ended."""


class NotOpen(DomainError):
    """The password is right, but the account is not open."""


def with_password(context: Context, address: str, password: str) -> User:
    """The user with this address and password, held. An unknown address takes as long as a known one.

    A hash of other parameters than today's is made again.
    Raises WrongPassword, NotOpen.
    """
    user = users.find(context.session, address)
    if user is not None and user.is_guest:
        user = None
    if not passwords.is_of(user, password) or user is None:
        raise WrongPassword(WRONG)
    verified = user.password
    # What has changed while the hash was computed, a password or a role, is seen from here on.
    if users.hold(context.session, user.id) is None or user.password != verified:
        raise WrongPassword(WRONG)
    if passwords.hasher.check_needs_rehash(verified or ""):
        user.password = passwords.hashed(password)
    if user.confirmed_at is None:
        raise NotOpen("Confirmez d’abord votre adresse avec le lien reçu par courriel.")
    if not user.active:
        raise NotOpen("Ce compte est fermé.")
    return user


def finish(context: Context, step: Step, take: Callable[[Context], object]) -> None:
    """Take the second factor that a sign-in awaits, once. Raises what `take` raises, NotAwaited."""
    take(context)
    if not steps.serve(context, step):
        raise NotAwaited(START_AGAIN)


def needs_more(user: User) -> bool:
    """Whether a second factor is asked for, or must be set up, before the account opens."""
    return user.has_second_factor or user.is_staff
