"""Digest with the algorithms that asn1crypto names, a document that is here or only its digests."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from pyhanko_certvalidator.util import get_pyca_cryptography_hash


# What a browser computes by itself (Web Cryptography API), in hexadecimal digits.
LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}


@dataclass(frozen=True, slots=True)
class Digests:
    """A document that stayed with its owner, who sent its digests."""

    values: Mapping[str, bytes]

    @classmethod
    def read(cls, given: Mapping[str, object]) -> "Digests":
        """Read digests in hexadecimal by algorithm, SHA-256 among them. Raises ValueError."""
        if "sha256" not in given or not set(given) <= set(LENGTHS):
            raise ValueError("no SHA-256, or a digest of another kind")
        for name, value in given.items():
            if not isinstance(value, str) or not re.fullmatch(
                f"[0-9a-f]{{{LENGTHS[name]}}}", value
            ):
                raise ValueError(name)
        return cls({name: bytes.fromhex(str(value)) for name, value in given.items()})

    def written(self) -> dict[str, str]:
        """Give the digests as `read` takes them."""
        return {name: value.hex() for name, value in self.values.items()}


Content = bytes | Digests


def digest(algorithm: str, content: Content) -> bytes:
    """Digest `content` with the algorithm asn1crypto calls `algorithm`.

    Raises AttributeError or ValueError for an algorithm nobody knows, KeyError for one that the
    owner of a document did not send.
    """
    if isinstance(content, Digests):
        return content.values[algorithm]
    computed = hashes.Hash(get_pyca_cryptography_hash(algorithm))
    computed.update(content)
    return computed.finalize()


def is_same(content: bytes, other: Content) -> bool:
    """Whether some bytes are a document, or that document by its digest."""
    if isinstance(other, Digests):
        return digest("sha256", content) == other.values["sha256"]
    return content == other
