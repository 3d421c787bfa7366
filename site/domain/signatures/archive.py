"""Archive time stamps of a CMS signature: what they cover (ETSI EN 319 122-1, 5.5.3)."""

from collections.abc import Callable, Iterator

from asn1crypto import cms

from communaute.domain.signatures import cms_reading
from communaute.domain.signatures.cms_split import raw_values
from communaute.domain.signatures.evidence import attributes
from communaute.domain.signatures.library import Policies, digest
from communaute.domain.signatures.timestamps import Token, check


# ats-hash-index-v3 (EN 319 122-1) and its first form (TS 101 733).
_HASH_INDEXES = ("0.4.0.19122.1.5", "0.4.0.1733.2.5")
# version, sid, digestAlgorithm, signedAttrs, signatureAlgorithm, signature
_COVERED_FIELDS = 6


async def archive_tokens(alone: cms.SignedData, content: bytes, policies: Policies) -> list[Token]:
    """Check the archive time stamps over the one signer of `alone`, who signed `content`.

    A token that covers something else is not intact. What its index lists besides the
    signature is not checked: the token then proves the time of the signature alone.
    """
    (signer,) = alone["signer_infos"]
    checked = [
        await check(token, _imprint(alone, signer, content, token), policies, "document")
        for token in cms_reading.archive_tokens(signer)
    ]
    return [token for token in checked if token is not None]


def _imprint(
    alone: cms.SignedData, signer: cms.SignerInfo, content: bytes, token: cms.SignedData
) -> Callable[[str], bytes]:
    def computed(algorithm: str) -> bytes:
        fields = list(raw_values(signer.contents))[:_COVERED_FIELDS]
        kind: bytes = alone["encap_content_info"]["content_type"].dump()
        covered = [kind, digest(algorithm, content), *fields, *_hash_index(token)]
        return digest(algorithm, b"".join(covered))

    return computed


def _hash_index(token: cms.SignedData) -> Iterator[bytes]:
    (stamper,) = token["signer_infos"]
    for oid in _HASH_INDEXES:
        yield from attributes(stamper["unsigned_attrs"], oid)
