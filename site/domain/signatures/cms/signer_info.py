"""What PAdES and CAdES have in common: the attributes of a signer and what they make of it."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

from asn1crypto import cms, core
from pyhanko.sign.validation.generic_cms import extract_self_reported_ts

from communaute.domain.signatures.der import attributes, may_be_attributes
from communaute.domain.signatures.detect import Content
from communaute.domain.signatures.judging.policies import mechanism
from communaute.domain.signatures.vocabulary import Proof


_SIGNING_CERTIFICATES = ("1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47")
_SIGNATURE_TIME_STAMP = "1.2.840.113549.1.9.16.2.14"
# archive-time-stamp-v3 (EN 319 122-1, 5.5.3); the older forms of TS 101 733 are not read.
_ARCHIVE_TIME_STAMP = "0.4.0.1733.2.4"
# EN 319 122-1, 5.2.8 (content) and annex A.1.5 (references); RFC 4998, annex A (records).
_UNREAD = {
    Proof.CONTENT_TIMESTAMP: ("signed_attrs", "1.2.840.113549.1.9.16.2.20"),
    Proof.REFERENCES_TIMESTAMP: (
        *("unsigned_attrs", "1.2.840.113549.1.9.16.2.25", "1.2.840.113549.1.9.16.2.26"),
    ),
    Proof.EVIDENCE_RECORD: (
        *("unsigned_attrs", "1.2.840.113549.1.9.16.2.49", "1.2.840.113549.1.9.16.2.50"),
    ),
}
MAX_TOKENS = 10


def names_its_certificate(signer: cms.SignerInfo) -> bool:
    """Say whether the signer's certificate is itself signed, as every AdES format demands."""
    attrs = signer["signed_attrs"]
    return any(True for oid in _SIGNING_CERTIFICATES for _ in attributes(attrs, oid))


def faults(signer: cms.SignerInfo, kind: str, content: Content | None) -> tuple[str, ...]:
    """Object to a signer without signed attributes: the content, of this `kind`, stands for itself.

    It may then be the attributes of another signature of the same person, shown as a document:
    nothing else tells the two apart (draft-ietf-lamps-cms-euf-cma-signeddata). Content that
    cannot be attributes is what was signed.
    """
    attrs = signer["signed_attrs"]
    if not isinstance(attrs, core.Void) and len(attrs) > 0:
        return ()
    # RFC 5652, 5.3: only « data » goes without attributes; any other kind was put there since.
    plain = kind == "data" and isinstance(content, bytes) and not may_be_attributes(content)
    return ("no_signed_attributes",) if plain else ("no_signed_attributes", "may_be_attributes")


def signature_tokens(signer: cms.SignerInfo) -> Iterator[cms.SignedData]:
    """Yield the time-stamp tokens over the value of the signature, ten at most."""
    yield from _tokens(signer, _SIGNATURE_TIME_STAMP)


def archive_tokens(signer: cms.SignerInfo) -> Iterator[cms.SignedData]:
    """Yield the archive time-stamp tokens of a signature, ten at most."""
    yield from _tokens(signer, _ARCHIVE_TIME_STAMP)


def unread(signer: cms.SignerInfo) -> tuple[Proof, ...]:
    """Name what a signer also carries that is not read here."""
    return tuple(
        proof
        for proof, (held, *oids) in _UNREAD.items()
        if any(True for oid in oids for _ in attributes(signer[held], oid))
    )


def _tokens(signer: cms.SignerInfo, oid: str) -> Iterator[cms.SignedData]:
    for der in islice(attributes(signer["unsigned_attrs"], oid), MAX_TOKENS):
        try:
            content = cms.ContentInfo.load(der)
            if content["content_type"].native == "signed_data":
                yield content["content"].untag()
        except (ValueError, TypeError, KeyError):
            continue  # A malformed token proves nothing, and hides nothing.


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


def value(signer: cms.SignerInfo) -> str:
    """Give the value of a signature, in base64."""
    return base64.b64encode(signer["signature"].native).decode()


def algorithms(signer: cms.SignerInfo) -> tuple[str, str]:
    """Name the digest and the mechanism of a signature, as the library names them."""
    digest = str(signer["digest_algorithm"]["algorithm"].native)
    return digest, mechanism(signer["signature_algorithm"])
