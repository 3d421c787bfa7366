"""The short code of a verification: 12 characters that are hard to mistake for others."""

import secrets

from communaute.domain.errors import DomainError


# Crockford's base 32: no I, L, O nor U. 32¹² codes: nobody finds one by trying.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_MISREAD = str.maketrans("OIL", "011")
_SEPARATORS = str.maketrans("", "", " -\u00a0\u202f\u2011\u2013.")


class WrongCode(DomainError):
    """What was typed cannot be a code."""


def new_code() -> str:
    """A code that nobody has, but for a chance in 10¹⁸."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(typed: str) -> str:
    """The code that was typed, however it was spaced. Raises WrongCode."""
    code = typed.strip().upper().translate(_SEPARATORS).translate(_MISREAD)
    if not code:
        raise WrongCode("Saisissez le code imprimé sur le rapport.")
    if len(code) != LENGTH:
        raise WrongCode(f"Un code compte {LENGTH} caractères, celui-ci en a {len(code)}.")
    if set(code) - set(ALPHABET):
        raise WrongCode("Un code n’a que des chiffres et des lettres. Recopiez-le du rapport.")
    return code


def spaced(code: str) -> str:
    """The code as it is printed: `7K3M-Q9TD-X2WA`."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))
