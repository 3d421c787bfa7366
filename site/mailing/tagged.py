"""Addresses of ours that say which mail or which person they are about: `rebond+k7pm3xq9.mac@host`.

Mail servers may write a local part in small letters: all that matters is in small letters. A tag is
signed, so that nobody makes one up: a report about somebody else's mail has none.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from dataclasses import dataclass


BOUNCE, LEAVE = "rebond", "desabonnement"
MAC_LENGTH = 16
_TAG = re.compile(r"([a-z0-9-]{1,20})\.([a-z2-7]{16})")


@dataclass(frozen=True)
class Tagger:
    """Makes and reads tagged addresses on one host."""

    secret: str
    host: str

    def address(self, word: str, about: str, local: str = "") -> str:
        """The address that says `about`; `local` stands before the plus sign, else the word does."""
        return f"{local or word}+{about.lower()}.{self._mac(word, about.lower())}@{self.host}"

    def read(self, word: str, address: str) -> str | None:
        """What a tagged address is about; None for any other, or one that was made up."""
        local = address.strip().strip("<>").rpartition("@")[0].lower()
        found = _TAG.fullmatch(local.partition("+")[2])
        if found is None or not hmac.compare_digest(found[2], self._mac(word, found[1])):
            return None
        return found[1]

    def _mac(self, word: str, about: str) -> str:
        digest = hmac.new(self.secret.encode(), f"{word}:{about}".encode(), hashlib.sha256)
        return b32encode(digest.digest()).decode("ascii").lower()[:MAC_LENGTH]
