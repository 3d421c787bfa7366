"""What PAdES and CAdES have in common: the attributes of a signer and what they make of it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

from asn1crypto import cms, core
from pyhanko.sign.validation.generic_cms import extract_self_reported_ts

from communaute.domain.signatures.evidence import attributes
from communaute.domain.signatures.library import mechanism


_SIGNING_CERTIFICATES = ("1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47")
_SIGNATURE_TIME_STAMP = "1.2.840.113549.1.9.16.2.14"
# archive-time-stamp-v3 (EN 319 122-1, 5.5.3); the older forms of TS 101 733 are not read.
_ARCHIVE_TIME_STAMP = "0.4.0.1733.2.4"
MAX_TOKENS = 10


def names_its_certificate(signer: cms.SignerInfo) -> bool:
    """Say whether the signer's certificate is itself signed, as every AdES format demands."""
    attrs = signer["signed_attrs"]
    return any(True for oid in _SIGNING_CERTIFICATES for _ in attributes(attrs, oid))


def has_signed_attributes(signer: cms.SignerInfo) -> bool:
    """Say whether there are signed attributes: without them the content stands for itself."""
    return not isinstance(signer["signed_attrs"], core.Void) and len(signer["signed_attrs"]) > 0


def signature_tokens(signer: cms.SignerInfo) -> Iterator[cms.SignedData]:
    """Yield the time-stamp tokens over the value of the signature, ten at most."""
    yield from _tokens(signer, _SIGNATURE_TIME_STAMP)


def archive_tokens(signer: cms.SignerInfo) -> Iterator[cms.SignedData]:
    """Yield the archive time-stamp tokens of a signature, ten at most."""
    yield from _tokens(signer, _ARCHIVE_TIME_STAMP)


def _tokens(signer: cms.SignerInfo, oid: str) -> Iterator[cms.SignedData]:
    for der in islice(attributes(signer["unsigned_attrs"], oid), MAX_TOKENS):
        content = cms.ContentInfo.load(der)
        if content["content_type"].native == "signed_data":
            yield content["content"]


def declared_time(signer: cms.SignerInfo) -> datetime | None:
    """Give the time the signer claims, in UTC when no offset is given; it proves nothing."""
    try:
        claimed = extract_self_reported_ts(signer)
    except Exception:
        return None
    return with_offset(claimed)


def with_offset(moment: datetime | None) -> datetime | None:
    """Give `moment` with an offset, taking UTC when it has none."""
    if moment is None:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def algorithms(signer: cms.SignerInfo) -> tuple[str, str]:
    """Name the digest and the mechanism of a signature, as the library names them."""
    digest = str(signer["digest_algorithm"]["algorithm"].native)
    return digest, mechanism(signer["signature_algorithm"])
