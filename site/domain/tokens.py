"""What a signed link carries: nobody makes one up, nor turns one made for a purpose to another."""

import hashlib
from functools import lru_cache
from typing import Any

from itsdangerous import BadData, URLSafeSerializer


LONGEST = 200
UNREADABLE = "Ce lien est incomplet ou abîmé. Ouvrez-le depuis le courriel, ou copiez-le en entier."


def token_of(secret: str, purpose: str, value: object) -> str:
    """The signed form of a value that JSON can write."""
    return str(_signer(secret, purpose).dumps(value))


def value_of(secret: str, purpose: str, token: str, longest: int = LONGEST) -> Any:  # noqa: ANN401  # what was signed
    """What a token was made of. Raises BadData: forged, too long, cut short, or of another purpose."""
    if len(token) > longest:
        raise BadData("too long")
    return _signer(secret, purpose).loads(token)


@lru_cache(maxsize=32)
def _signer(secret: str, purpose: str) -> URLSafeSerializer:
    # One for all the links of a run; itsdangerous' own digest, named: as a function of Python's it
    # takes twice the time.
    named = {"digest_method": hashlib.sha1}
    return URLSafeSerializer(secret, salt=purpose, signer_kwargs=named)
