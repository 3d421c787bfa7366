"""Passwords: what is asked of them, and the only form in which they are kept (argon2id).

The hash is not keyed by SECRET_KEY: the day that changes, nobody is locked out.
"""

import base64
import unicodedata
from collections.abc import Sequence

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from communaute.domain.errors import DomainError
from communaute.models.accounts import User


# Our own rule: long rather than odd.
SHORTEST = 12
LONGEST = 256
# What people try first here: none of these alone, repeated or numbered makes a password.
FORBIDDEN_WORDS = ("communaute", "chorus", "chorus pro", "choruspro", "motdepasse", "mot de passe")
# What French hands type, which zxcvbn's English lists do not hold.
FRENCH = (
    *(
        "azerty",
        "azertyuiop",
        "qsdfghjklm",
        "wxcvbn",
        "azertyuiopqsdfghjklm",
        "bonjour",
        "bienvenue",
    ),
    *(
        "soleil",
        "doudou",
        "loulou",
        "chouchou",
        "jetaime",
        "marseille",
        "france",
        "secret",
        "facture",
    ),
)
# zxcvbn's own scale: below, a patient machine finds it through a sign-in form.
FEWEST_GUESSES = 10**8
LOOKED_AT = 20
# RFC 9106's second choice, the library's own: 64 MiB, three passes.
hasher = PasswordHasher()


class WeakPassword(DomainError):
    """This password is not accepted."""


class SamePassword(DomainError):
    """The new password is the old one."""


def check(password: str, address: str = "") -> None:
    """Raises WeakPassword. Characters are counted as they were typed."""
    if len(password) < SHORTEST:
        raise WeakPassword(f"Choisissez un mot de passe d’au moins {SHORTEST} caractères.")
    if len(password) > LONGEST:
        raise WeakPassword(f"Un mot de passe compte {LONGEST} caractères au plus.")
    if is_guessable(password, address):
        raise WeakPassword(
            "Ce mot de passe se devine trop vite. Prenez plutôt une suite de quelques mots sans lien."
        )


def is_guessable(password: str, address: str) -> bool:
    """Whether it is a word of this site or the address, however lengthened, or is found in few guesses.

    zxcvbn knows the 30,000 most typed passwords, first and last names, dates, keyboards and
    repetitions (ASVS 5.0, 6.2.4). Only the beginning is given to it: more takes it seconds.
    """
    plain = unicodedata.normalize("NFKD", password.casefold())
    core = "".join(c for c in plain if c.isalnum()).strip("0123456789")
    words = [word.replace(" ", "") for word in FORBIDDEN_WORDS]
    own = [part for part in (address, address.partition("@")[0]) if part]
    if plain in own or any(core and core == word * (len(core) // len(word)) for word in words):
        return True
    found = zxcvbn(plain[:LOOKED_AT], user_inputs=[*words, *FRENCH, *own])
    return bool(found["guesses"] < FEWEST_GUESSES)


def normal(password: str) -> str:
    """One form for what is typed on different keyboards (NFKD, as every hash kept so far)."""
    return unicodedata.normalize("NFKD", password)


def hashed(password: str) -> str:
    """What is kept of a password."""
    return hasher.hash(normal(password))


def spend() -> None:
    """Take the time of a verification: an answer must not tell whether there was one to make."""
    hasher.hash("the same time for all")


def is_of(user: User | None, password: str) -> bool:
    """Whether this is the user's password, in the same time when there is no user or no password."""
    if user is None or not user.password:
        spend()
        return False
    try:
        hasher.verify(user.password, normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return True


def hashed_together(texts: Sequence[str], salt: bytes) -> list[str]:
    """Texts hashed under one salt: `find_hashed` tells which one is given by hashing once."""
    return [hasher.hash(text, salt=salt) for text in texts]


def find_hashed(kept: Sequence[str], text: str) -> str | None:
    """Which of the texts hashed together this is; or None."""
    if not kept:
        return None
    salt = kept[0].split("$")[4]
    same = PasswordHasher.from_parameters(extract_parameters(kept[0]))
    given = same.hash(text, salt=base64.b64decode(salt + "=" * (-len(salt) % 4)))
    return given if given in kept else None


def replace(user: User, password: str) -> None:
    """Give the user another password. Raises WeakPassword, SamePassword."""
    check(password, user.email)
    if is_of(user, password):
        raise SamePassword(
            "Le nouveau mot de passe est le même que l’ancien. Choisissez-en un autre."
        )
    user.password = hashed(password)
